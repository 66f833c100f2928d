import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Checkout, freePort, type Run, until } from "./checkout.ts";
import { type Got, Paths, well } from "./webhook-paths.ts";

const checkout = new Checkout();
const TOKEN = "the token of the webhooks test";
let address = "";
let server: Run;

const receiver = new Paths();

const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return text === "" ? undefined : JSON.parse(text);
};

const idIn = (body: unknown, field: string): number =>
  z
    .looseObject({ [field]: z.int() })
    .transform((found) => Number(found[field]))
    .parse(body);

let made = 0;

/** A project with a host and its agent. */
const project = async () => {
  const projectId = idIn(await call("POST", "/api/v3/projects", { name: `Project ${++made}` }), "id");
  const host = await call("POST", "/api/v3/automation/host", {
    ...{ host_name: "Host", ip_address: "127.0.0.1", mac_address: "-", host_guid: crypto.randomUUID() },
  });
  const agent = await call(
    "POST",
    `/api/v3/projects/${projectId}/automation/hosts/${idIn(host, "host_server_id")}/agents`,
    { name: "A", framework: "f", framework_id: "testNG-plugin", agent_client_id: "1", active: true },
  );
  return { path: `/api/v3/projects/${projectId}/automation`, agentId: idIn(agent, "agent_server_id") };
};
type Project = Awaited<ReturnType<typeof project>>;

const webhook = async ({ path }: Project, at: string, events: string[]): Promise<string> => {
  const target = `http://127.0.0.1:${receiver.port}${at}`;
  return `${path}/webhooks/${idIn(await call("POST", `${path}/webhooks`, { name: at, target, events }), "webhook_id")}`;
};

const scheduled = z.looseObject({
  schedule_id: z.int(),
  jobs: z.array(z.looseObject({ job_id: z.int() })),
});

/** A job that is due now. */
const job = async ({ path, agentId }: Project): Promise<number> => {
  const body = await call("POST", `${path}/schedules`, { name: "One", agent_server_id: agentId });
  return scheduled.parse(body).jobs[0]?.job_id ?? 0;
};

const report = (of: Project, id: number, status: string) =>
  call("PUT", `${of.path}/jobs/${id}/status`, { status });

/** Ends `count` jobs within some requests: schedules of 500 planned jobs each, that are cancelled. */
const endJobs = async (of: Project, count: number): Promise<void> => {
  const schedules = [];
  for (let at = 0; at < count / 500; at++)
    schedules.push(
      scheduled.parse(
        await call("POST", `${of.path}/schedules`, {
          ...{ name: `Often ${at}`, agent_server_id: of.agentId, cron: "* * * * *" },
          ...{ start_date: new Date(Date.now() + 3_600_000).toISOString() },
        }),
      ).schedule_id,
    );
  for (const id of schedules) await call("POST", `${of.path}/schedules/${id}/cancel`);
};

/** How many deliveries of a webhook have a status, at most 1,000. */
const countOf = async (path: string, status: string): Promise<number> =>
  z.array(z.unknown()).parse(await call("GET", `${path}/deliveries?status=${status}&limit=1000`)).length;

const unique = (got: readonly Got[]): Set<string> => new Set(got.map(({ id }) => id));

beforeAll(async () => {
  await receiver.open();
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  server = checkout.run(["start"], {
    ...{ ADMIN_TOKEN: TOKEN, PORT: String(port), STATE_DIR: checkout.path("elsewhere") },
    ...{ RATE_LIMITS: "off", WEBHOOK_PRIVATE: "on", LOG_QUIET: "off" },
  });
  await server.isReady();
}, 500_000);

afterAll(async () => {
  receiver.close();
  await checkout.discard();
});

/** How late an event may be. */
const LATE_MS = 1000;

describe("webhooks of a service that runs", () => {
  test("have each event within a second where the receiver is well, though others are slow and down", async () => {
    const [good, slow, dead] = [await project(), await project(), await project()];
    await webhook(good, "/good", ["job.started", "job.ended"]);
    await webhook(slow, "/slow", ["job.started"]);
    await webhook(dead, "/dead", ["job.started"]);
    receiver.answers.set("/slow", (response) => setTimeout(() => well(response, response.req), 8000));
    receiver.answers.set("/dead", () => undefined);
    const late: number[] = [];
    for (let round = 0; round < 60; round++) {
      for (const other of round % 10 === 0 ? [slow, dead] : [])
        await report(other, await job(other), "RUNNING");
      const id = await job(good);
      for (const status of ["RUNNING", "COMPLETED"]) {
        const sentAt = Date.now();
        await report(good, id, status);
        await until(
          "the event came",
          () =>
            receiver
              .of("/good")
              .some(
                ({ subject, type }) => subject === id && (type === "job.ended") === (status === "COMPLETED"),
              ),
          30,
        );
        const got = receiver.of("/good").findLast(({ subject }) => subject === id);
        late.push((got?.at ?? 0) - sentAt);
      }
    }
    late.sort((one, other) => one - other);
    console.log(`events came after ${late[late.length >> 1]} ms in the middle, ${late.at(-1)} ms at most`);
    expect(late.at(-1)).toBeLessThan(LATE_MS);
    expect(unique(receiver.of("/good")).size).toBe(120);
    expect(receiver.of("/good")).toHaveLength(120);
  }, 300_000);

  test("lose none of 10,000 events of a receiver that breaks down, and send none twice while it is well", async () => {
    const of = await project();
    const path = await webhook(of, "/many", ["job.ended"]);
    let isDown = false;
    receiver.answers.set("/many", (response) => {
      if (isDown) response.writeHead(503).end();
      else well(response, response.req);
    });
    const began = Date.now();
    const ending = endJobs(of, 10_000);
    await until("the first thousand came", () => receiver.of("/many").length > 1000, 300);
    isDown = true;
    const before = receiver.of("/many").length;
    await sleep(15_000);
    const whileDown = receiver.of("/many").length - before;
    isDown = false;
    await ending;
    await until("all came", () => unique(receiver.of("/many")).size >= 10_000, 400);
    await until("all is noted as delivered", async () => (await countOf(path, "waiting")) === 0, 60);
    const got = receiver.of("/many");
    console.log(
      `10,000 events in ${Math.round((Date.now() - began) / 1000)} s, 15 of them down with ${whileDown} tries; ${got.length} requests in all`,
    );
    expect(unique(got).size).toBe(10_000);
    expect(new Set(got.map(({ subject }) => subject)).size).toBe(10_000);
    expect(await countOf(path, "dead")).toBe(0);
    // Only what was refused came again.
    expect(got.length - 10_000).toBeLessThanOrEqual(whileDown + 6);
    expect(whileDown).toBeLessThan(100);
  }, 900_000);

  test("heed 410, Retry-After and the time limit, and follow no redirect", async () => {
    const of = await project();
    const paths = new Map<string, string>();
    for (const name of ["/gone", "/later", "/moved", "/hangs"])
      paths.set(name, await webhook(of, name, ["job.started"]));
    receiver.answers.set("/gone", (response) => response.writeHead(410).end());
    receiver.answers.set("/moved", (response) => response.writeHead(307, { Location: "/elsewhere" }).end());
    receiver.answers.set("/hangs", () => undefined);
    receiver.answers.set("/later", (response) => {
      response.writeHead(429, { "Retry-After": "12" }).end();
      receiver.answers.set("/later", well);
    });
    await report(of, await job(of), "RUNNING");
    await until("each was called", () => [...paths.keys()].every((name) => receiver.of(name).length > 0), 30);
    await report(of, await job(of), "RUNNING");
    await until(
      "the one that asked for a pause has both",
      () => unique(receiver.of("/later")).size === 2,
      60,
    );
    const [first, ...others] = receiver.of("/later");
    for (const { at } of others) expect(at - (first?.at ?? 0)).toBeGreaterThanOrEqual(12_000);
    const read = async (name: string) => call("GET", paths.get(name) ?? "");
    expect(await read("/gone")).toMatchObject({ enabled: false });
    expect(receiver.of("/gone")).toHaveLength(1);
    expect(receiver.strayed).toBe(0);
    await until(
      "the time limit is over",
      async () =>
        z.looseObject({ failing_since: z.string().nullable() }).parse(await read("/hangs")).failing_since !==
        null,
      30,
    );
    expect(await call("GET", `${paths.get("/hangs")}/deliveries`)).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ answer: "did not answer within 10 s" })]),
    );
  }, 300_000);
});
