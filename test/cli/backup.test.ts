import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { BadLine } from "../host-program/bad-line.ts";
import { call, schedule, service } from "../host-program/service.ts";
import { freePort, npmRun, Run } from "../local/checkout.ts";
import { UserMachine } from "./cli-process.ts";
import { runPlace } from "./run-place.ts";

const TOKEN = "the-admin-token-of-the-empty-service";
const stateDir = mkdtempSync(join(tmpdir(), "muster-empty-"));
let empty: { address: string; server: Run };

const begin = async () => {
  const port = String(await freePort());
  const variables = { PORT: port, STATE_DIR: stateDir, ADMIN_TOKEN: TOKEN, RATE_LIMITS: "off" };
  const server = new Run(process.cwd(), npmRun(["start"]), variables);
  await server.isReady();
  return { address: `http://127.0.0.1:${port}`, server };
};

const end = async ({ server }: { server: Run }) => {
  server.signalGroup("SIGINT");
  await server.groupEnds();
};

beforeAll(async () => {
  empty = await begin();
});
afterAll(async () => {
  await end(empty);
  rmSync(stateDir, { recursive: true, force: true });
});

const read = async (url: string, token: string, path: string): Promise<[status: number, body: string]> => {
  const answer = await fetch(`${url}/api/v3${path}`, { headers: { Authorization: `Bearer ${token}` } });
  return [answer.status, await answer.text()];
};

const MIB = 1024 * 1024;

/** A run without a lease, of a host of its own; gives its job. */
const plainRun = async (project: number): Promise<number> => {
  const facts = { host_name: "plain", ip_address: "x", mac_address: "x", host_guid: crypto.randomUUID() };
  const made = z
    .looseObject({ host_server_id: z.int() })
    .parse(await call("POST", "/automation/host", facts));
  const agents = `/projects/${project}/automation/hosts/${made.host_server_id}/agents`;
  const { agent_server_id: agent } = z.looseObject({ agent_server_id: z.int() }).parse(
    await call("POST", agents, {
      ...{ name: "plain", framework: "testNG", framework_id: "testNG-plugin" },
      ...{ agent_client_id: "1", active: true },
    }),
  );
  const job = await schedule(project, agent);
  await call("PUT", `/projects/${project}/automation/jobs/${job}/status`, { status: "RUNNING" });
  return job;
};

describe("muster export and restore", () => {
  test("bring an installation into an empty one over a bad line, on after a break, and refuse what is damaged", async ({
    onTestFinished,
  }) => {
    const { project, agent, token, user: runner } = await runPlace(onTestFinished);
    const run = await runner.muster(["run", "--agent", "tests", "--wait", "--project", String(project)]);
    expect(run.code, run.stderr).toBe(0);
    const job = Number(/^job (\d+) /m.exec(run.stdout)?.[1]);
    await schedule(project, agent, { name: "Later", start_date: "2096-03-02T10:00:00Z" });
    // Larger than a part, and not the same anywhere.
    const large = Buffer.alloc(21 * MIB);
    for (let at = 0; at < large.length; at += 4) large.writeUInt32LE((at * 2654435761) >>> 0, at);
    const other = await plainRun(project);
    const artifact = `/projects/${project}/automation/jobs/${other}/attempts/1/artifacts/large.bin`;
    const put = await fetch(`${service.address}/api/v3${artifact}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${service.token}` },
      body: large,
    });
    expect(put.status, await put.text()).toBe(200);

    const line = await BadLine.open(onTestFinished);
    let asked = 0;
    line.fate = (_, path) =>
      path.includes("/export")
        ? ((["cut", "half", "503", "pass", "deaf"] as const)[asked++ % 5] ?? "pass")
        : "pass";
    const user = new UserMachine(onTestFinished, { MUSTER_URL: line.address, MUSTER_TOKEN: service.token });
    const exported = await user.muster(["export", "all.jsonl.gz"]);
    expect(exported.code, exported.stderr).toBe(0);
    expect(exported.stdout).toMatch(/^\d+ rows and \d+ files are in all\.jsonl\.gz/);
    expect(asked).toBeGreaterThan(5);
    expect(statSync(user.path("all.jsonl.gz")).mode & 0o777).toBe(0o600);
    const text = gunzipSync(readFileSync(user.path("all.jsonl.gz"))).toString();
    expect(text).not.toContain(service.token);
    expect(text).not.toContain(token);

    const admin = { env: { MUSTER_URL: empty.address, MUSTER_TOKEN: TOKEN } };
    writeFileSync(user.path("damaged.gz"), gzipSync(text.replace('"Later"', '"Later."')));
    const damaged = await user.muster(["restore", "damaged.gz"], admin);
    expect([damaged.code, damaged.stderr]).toEqual([
      2,
      expect.stringContaining("the rows of schedules are not those"),
    ]);
    expect(await read(empty.address, TOKEN, "/projects")).toEqual([200, "[]"]);
    const inUse = await user.muster(["restore", "all.jsonl.gz"]);
    expect([inUse.code, inUse.stderr]).toEqual([2, expect.stringContaining("is not empty")]);

    writeFileSync(user.path("all.jsonl"), text);
    const broken = user.start(["restore", "all.jsonl"], admin);
    for (let done = 0; done === 0; ) {
      const [status, body] = await read(empty.address, TOKEN, "/projects");
      done = status === 200 && body !== "[]" ? 1 : 0;
      if (broken.code !== undefined) break;
    }
    broken.signal("SIGKILL");
    await broken.ends();
    await end(empty);
    empty = await begin();
    const again = { env: { MUSTER_URL: empty.address, MUSTER_TOKEN: TOKEN } };
    const restored = await user.muster(["restore", "all.jsonl.gz"], again);
    expect(restored.code, restored.stderr).toBe(0);
    expect(restored.stdout).toContain("are restored");
    const twice = await user.muster(["restore", "all.jsonl"], again);
    expect([twice.code, twice.stdout]).toEqual([0, expect.stringContaining("was restored already")]);

    const paths = [
      "",
      "/automation/schedules",
      "/automation/jobs?limit=1000",
      "/automation/tests",
      `/automation/jobs/${job}/results`,
    ];
    for (const path of [
      ...paths.map((each) => `/projects/${project}${each}`),
      `/projects/${project}/automation/jobs/${job}/log`,
    ])
      expect(await read(empty.address, token, path), path).toEqual(await read(service.address, token, path));
    const back = await fetch(
      `${empty.address}/api/v3/projects/${project}/automation/jobs/${other}/artifacts/large.bin`,
      {
        headers: { Authorization: `Bearer ${token}` },
      },
    );
    expect(Buffer.from(await back.arrayBuffer()).equals(large)).toBe(true);
    expect(await call("GET", "/automation/hosts?limit=1")).toBeDefined();
  });

  test("take an admin's token, and a file", async ({ onTestFinished }) => {
    const user = new UserMachine(onTestFinished, {
      MUSTER_URL: service.address,
      MUSTER_TOKEN: service.token,
    });
    expect((await user.muster(["export"])).stderr).toContain("muster export FILE");
    expect((await user.muster(["restore"])).stderr).toContain("muster restore FILE");
    const { token } = await runPlace(onTestFinished);
    const refused = await user.muster(["export", "all.jsonl"], { env: { MUSTER_TOKEN: token } });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("it takes admin")]);
  });
});
