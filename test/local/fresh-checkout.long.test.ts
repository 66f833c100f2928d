import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { makeDocs } from "../../src/docs/write-docs.ts";
import { bundleProgram } from "../../src/local/bundle-programs.ts";
import { VERSION } from "../../src/programs/version.ts";
import { SAMPLE_JOB_TIME, SAMPLE_PROJECT, SAMPLE_TEST_RUN, SEED_SAMPLES, shapeOf } from "../seed-samples.ts";
import { Checkout, freePort, type Run } from "./checkout.ts";
import { sendSample } from "./raw-socket.ts";

const checkout = new Checkout();
let port = 0;
let address = "";
let server: Run;
let token = "";

const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
};

const hostStatus = async (host: number): Promise<string> =>
  z.looseObject({ status: z.string() }).parse(await call("GET", `/api/v3/automation/hosts/${host}`)).status;

beforeAll(async () => {
  port = await freePort();
  address = `http://127.0.0.1:${port}`;
  server = checkout.run(["start"], { PORT: String(port) });
  await server.isReady();
  token = /^ADMIN_TOKEN=(\S+)$/m.exec(checkout.read(".dev.vars"))?.[1] ?? "";
});

afterAll(() => checkout.discard());

describe("npm start in a fresh clone", () => {
  test("makes a .dev.vars with a long random token that only its owner can read", () => {
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect(statSync(checkout.path(".dev.vars")).mode & 0o777).toBe(0o600);
  });

  test("prints the address, the token and a curl that works as it is printed", () => {
    expect(server.output).toContain(`Muster is ready at ${address}\n`);
    expect(server.output).toContain(`Admin token  ${token} `);
    const command = /^ +Try +(curl .+)$/m.exec(server.output)?.[1] ?? "";
    expect(
      execFileSync("sh", ["-c", `${command} --silent --write-out ' %{http_code}'`], { encoding: "utf8" }),
    ).toMatch(/^\[.*\] 200$/);
  });

  test("runs the tick when it is ready", () => server.says('"event":"tick_step","step":"overdue"'));

  test.each(["host.mjs" as const, "cli.mjs" as const])(
    "serves %s as a fresh bundle makes it, and not by the Worker",
    async (name) => {
      const response = await fetch(`${address}/${name}`);
      expect(response.status).toBe(200);
      // Every answer of the Worker has one.
      expect(response.headers.get("x-request-id")).toBeNull();
      const { text } = await bundleProgram(name);
      expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(text))).toBe(true);
    },
  );

  test("serves the documentation as a fresh build makes it, and not by the Worker", async () => {
    const files = await makeDocs();
    for (const page of ["docs", "docs/hosts", "docs/api/jobs"]) {
      const response = await fetch(`${address}/${page}`);
      expect([page, response.status, response.headers.get("x-request-id")]).toEqual([page, 200, null]);
      expect(await response.text()).toBe(files.get(`${page}.html`));
    }
  });

  test("packs the programs as the package's commands, of the package's version", () => {
    const [packed] = JSON.parse(
      execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
        cwd: checkout.directory,
        encoding: "utf8",
      }),
    );
    const files = packed.files.map(({ path }: { path: string }) => path);
    expect(files).toEqual(
      expect.arrayContaining(["src/console/public/host.mjs", "src/console/public/cli.mjs"]),
    );
    const { bin, version } = JSON.parse(checkout.read("package.json"));
    expect(bin).toEqual({
      muster: "src/console/public/cli.mjs",
      "muster-host": "src/console/public/host.mjs",
    });
    expect(version).toBe(VERSION);
  });

  test("keeps the token out of every command line", () => {
    const commands = execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" });
    expect(commands).toContain("src/local/start.ts");
    expect(commands).not.toContain(token);
  });

  test("says plainly that a port is in use, and touches nothing", async () => {
    const stateDir = checkout.path("another-state");
    const second = await checkout.finish(["start"], { PORT: String(port), STATE_DIR: stateDir });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(new RegExp(`^port ${port} is in use; .*PORT=${port + 1} npm start\n$`));
    expect(() => statSync(stateDir)).toThrow("ENOENT");
  });

  test("refuses to migrate a database that a running server has open", async () => {
    const second = await checkout.finish(["start"], { PORT: String(await freePort()) });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(new RegExp(`^STATE_DIR \\S+ is in use by the server at ${address} .*\n$`));
  });
});

describe("the specification's sample requests over a raw socket", () => {
  let ids: Record<string, number> = {};
  const idIn = (answer: unknown, field: string): number =>
    Number(z.looseObject({ [field]: z.int() }).parse(answer)[field]);

  const send = (sample: (typeof SEED_SAMPLES)[keyof typeof SEED_SAMPLES]) =>
    sendSample(port, token, { sample, ids });

  const scheduleJob = async (agent: number): Promise<number> => {
    const made = await call("POST", `/api/v3/projects/${SAMPLE_PROJECT.id}/automation/schedules`, {
      name: "Sample",
      agent_server_id: agent,
      start_date: SAMPLE_JOB_TIME,
      test_run_ids: [SAMPLE_TEST_RUN?.test_run_id],
    });
    return z.looseObject({ jobs: z.tuple([z.looseObject({ job_id: z.int() })]) }).parse(made).jobs[0].job_id;
  };

  beforeAll(async () => {
    await call("POST", "/api/v3/projects", SAMPLE_PROJECT);
    await call("POST", `/api/v3/projects/${SAMPLE_PROJECT.id}/automation/test-runs`, [SAMPLE_TEST_RUN]);
    ids = { project: SAMPLE_PROJECT.id };
    ids.host = idIn((await send(SEED_SAMPLES.registerHost)).body, "host_server_id");
    ids.agent = idIn((await send(SEED_SAMPLES.createAgent)).body, "agent_server_id");
  });

  // Each sample finds an active agent, a job for the poll, and a running job to report.
  beforeEach(async () => {
    await send(SEED_SAMPLES.activateAgent);
    await scheduleJob(ids.agent ?? 0);
    ids.job = await scheduleJob(ids.agent ?? 0);
    await call("PUT", `/api/v3/projects/${SAMPLE_PROJECT.id}/automation/jobs/${ids.job}/status`, {
      status: "RUNNING",
    });
  });

  test.each(Object.entries(SEED_SAMPLES))(
    "%s is answered with the sample's fields, types and order",
    async (_, sample) => {
      const answer = await send(sample);
      expect(sample.statuses).toContain(answer.status);
      expect(answer.contentType).toMatch(/^application\/json\b/);
      expect(shapeOf(answer.body)).toBe(shapeOf(sample.answer));
      const answers: unknown[] = Array.isArray(answer.body) ? answer.body : [answer.body];
      for (const each of answers) expect(each).toMatchObject(sample.values);
    },
  );

  test("the poll without a zone in its end_date finds the job before it, with its material", async () => {
    const { body } = await sendSample(port, token, {
      sample: SEED_SAMPLES.pollJobs,
      ids: {
        ...ids,
        host: ids.host ?? 0,
      },
    });
    const jobs = z
      .array(z.looseObject({ start_date: z.string(), automation_materials: z.array(z.unknown()) }))
      .parse(body);
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs[0]).toMatchObject({
      start_date: "2015-03-25T03:01:48+00:00",
      automation_materials: [SAMPLE_TEST_RUN],
    });
  });
});

describe("npm run tick", () => {
  const nextHalfHour = () => new Date(Date.now() - (Date.now() % 1_800_000) + 1_800_000).toISOString();

  test("does the window that ended at the time it is given, as a host's presence shows", async () => {
    const guid = crypto.randomUUID();
    const made = await call("POST", "/api/v3/automation/host", {
      host_name: "Ticked",
      ip_address: "127.0.0.1",
      mac_address: "-",
      host_guid: guid,
    });
    const host = z.looseObject({ host_server_id: z.int() }).parse(made).host_server_id;
    await call("POST", `/api/v3/automation/hosts/${host}/ping`, { host_guid: guid });
    expect(await hostStatus(host)).toBe("Offline");
    const ticked = await checkout.finishByNpm(["tick", nextHalfHour()]);
    expect(ticked).toEqual({ code: 0, output: expect.stringContaining("ran well") });
    expect(await hostStatus(host)).toBe("Online");
  });

  test("says plainly that no server runs, or that a time can't be read", async () => {
    const unreachable = `http://127.0.0.1:${await freePort()}`;
    const alone = await checkout.finish(["tick"], { BASE_URL: unreachable });
    expect(alone.code).toBe(1);
    expect(alone.output).toMatch(new RegExp(`^no server answers at ${unreachable} .*: npm start\n$`));
    const unread = await checkout.finish(["tick", "noon"], { PORT: String(port) });
    expect(unread).toEqual({ code: 1, output: expect.stringMatching(/^noon is not a time like .*\n$/) });
  });
});

describe("npm run demo", () => {
  /** The schedules in the sample's project that are none of the demo's. */
  const ownSchedules = async (): Promise<number[]> =>
    z
      .array(z.looseObject({ schedule_id: z.int(), name: z.string() }))
      .parse(await call("GET", `/api/v3/projects/${SAMPLE_PROJECT.id}/automation/schedules`))
      .filter(({ name }) => name === "Sample")
      .map(({ schedule_id }) => schedule_id);

  const runningJobs = async (): Promise<number[]> =>
    z
      .array(z.looseObject({ job_id: z.int() }))
      .parse(
        await call("GET", `/api/v3/projects/${SAMPLE_PROJECT.id}/automation/jobs?status=RUNNING&limit=100`),
      )
      .map(({ job_id }) => job_id);

  test("finds the running server without a port, takes the token of .dev.vars, and passes", async () => {
    const { code, output } = await checkout.finishByNpm(["demo"]);
    expect(output).toContain(`One host's life at ${address}\n`);
    expect(output).toMatch(/All 18 answers were right\. npm run demo -- --clean removes what it made\.\n$/);
    expect(code).toBe(0);
  });

  test("passes once more on the same database", async () => {
    const { code, output } = await checkout.finish(["demo"], { PORT: String(port) });
    expect(output).toContain("All 18 answers were right.");
    expect(code).toBe(0);
  });

  test("removes all that it made, and then nothing; and passes again after that", async () => {
    const projects = async () =>
      z.array(z.looseObject({ name: z.string() })).parse(await call("GET", "/api/v3/projects"));
    expect((await projects()).map(({ name }) => name)).toContain(SAMPLE_PROJECT.name);
    // A schedule of somebody else in its project keeps that, and all that it runs by.
    const removed = await checkout.finishByNpm(["demo", "--", "--clean"]);
    expect(removed.output).toContain("stays: ");
    expect(removed.code).toBe(1);
    for (const job of await runningJobs())
      await call("PUT", `/api/v3/projects/${SAMPLE_PROJECT.id}/automation/jobs/${job}/status`, {
        status: "COMPLETED",
      });
    for (const schedule of await ownSchedules())
      await call("DELETE", `/api/v3/projects/${SAMPLE_PROJECT.id}/automation/schedules/${schedule}`);
    const rest = await checkout.finish(["demo", "--clean"]);
    expect(rest.output).toContain(`project ${SAMPLE_PROJECT.id} (${SAMPLE_PROJECT.name})`);
    expect(rest.code).toBe(0);
    expect((await projects()).map(({ name }) => name)).not.toContain(SAMPLE_PROJECT.name);
    const none = await checkout.finish(["demo", "--clean"]);
    expect(none).toEqual({ code: 0, output: `Nothing of the demo is at ${address}.\n` });
    // The project's id is not given again.
    const again = await checkout.finish(["demo"]);
    expect(again.output).toContain("All 19 answers were right.");
    expect(again.code).toBe(0);
  });

  test("names the token as what is wrong where the server refuses it", async () => {
    const { code, output } = await checkout.finish(["demo"], {
      ADMIN_TOKEN: "another-token-of-16-characters",
    });
    expect(output).toMatch(
      /^the server at \S+ refuses this ADMIN_TOKEN; give the one that it was started with: .*\n$/m,
    );
    expect(code).toBe(1);
  });

  test("says plainly that no server answers", async () => {
    const unreachable = `http://127.0.0.1:${await freePort()}`;
    const { code, output } = await checkout.finish(["demo"], { BASE_URL: unreachable });
    expect(output).toContain(`no server answers at ${unreachable}`);
    expect(output).toMatch(/start one with: npm start\n$/);
    expect(code).toBe(1);
  });
});

test("Ctrl-C ends npm start, and every process that it started", async () => {
  server.signalGroup("SIGINT");
  await server.groupEnds();
});
