import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Checkout, freePort, type Run, until } from "./checkout.ts";

const checkout = new Checkout();
const token = "a token of the environment";
const variables: Record<string, string> = {
  ADMIN_TOKEN: token,
  LEASE_SECONDS: "0",
  STATE_DIR: checkout.path("elsewhere"),
  WINDOW_SECONDS: "2",
};
const DEV_VARS = "ADMIN_TOKEN=the-token-of-the-file\nLEASE_SECONDS=300\nSITE_ID=7\n";
let server: Run;

const call = async (
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
) => {
  const response = await fetch(`http://127.0.0.1:${variables.PORT}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
};

const register = async () => {
  const guid = crypto.randomUUID();
  const host = { host_name: "Host", ip_address: "127.0.0.1", mac_address: "-", host_guid: guid };
  const { body } = await call("POST", "/api/v3/automation/host", { body: host });
  return { guid, id: z.looseObject({ host_server_id: z.int() }).parse(body).host_server_id };
};

const statusOf = async (host: number): Promise<string> => {
  const { body } = await call("GET", `/api/v3/automation/hosts/${host}`);
  return z.looseObject({ status: z.string() }).parse(body).status;
};

beforeAll(async () => {
  variables.PORT = String(await freePort());
  writeFileSync(checkout.path(".dev.vars"), DEV_VARS);
  server = checkout.run(["start"], variables);
  await server.isReady();
});

afterAll(() => checkout.discard());

describe("npm start", () => {
  test("takes the token of the environment before that of .dev.vars, which stays as it was", async () => {
    expect((await call("GET", "/api/v3/projects")).status).toBe(200);
    const byFile = { Authorization: "Bearer the-token-of-the-file" };
    expect((await call("GET", "/api/v3/projects", { body: undefined, headers: byFile })).status).toBe(401);
    expect(checkout.read(".dev.vars")).toBe(DEV_VARS);
  });

  test("keeps the database where STATE_DIR says, and nowhere else", () => {
    expect(JSON.parse(checkout.read("elsewhere/running.json"))).toMatchObject({
      address: `http://127.0.0.1:${variables.PORT}`,
    });
    expect(() => checkout.read(".wrangler/state/running.json")).toThrow("ENOENT");
  });

  test("takes a setting by its own name: with LEASE_SECONDS=0 every poll gets the due job", async () => {
    const { body: project } = await call("POST", "/api/v3/projects", { body: { name: "Leases" } });
    const projectId = z.looseObject({ id: z.int() }).parse(project).id;
    const host = await register();
    const { body: agent } = await call(
      "POST",
      `/api/v3/projects/${projectId}/automation/hosts/${host.id}/agents`,
      {
        body: {
          name: "AGENT 1",
          framework: "testNG",
          framework_id: "testNG-plugin",
          agent_client_id: "1",
          active: true,
        },
      },
    );
    const { agent_server_id } = z.looseObject({ agent_server_id: z.int() }).parse(agent);
    await call("POST", `/api/v3/projects/${projectId}/automation/schedules`, {
      body: {
        name: "Due",
        agent_server_id,
        start_date: new Date().toISOString(),
      },
    });
    const end = new Date(Date.now() + 60_000).toISOString();
    for (const owner of ["one", "another"]) {
      const path = `/api/v3/automation/hosts/${host.id}/jobs?end_date=${end}`;
      const poll = await call("GET", path, { body: undefined, headers: { "Lease-Owner": owner } });
      // The site's number stands in .dev.vars alone, and is taken from there.
      expect(poll.body).toEqual([expect.objectContaining({ client_id: 7, agent_server_id })]);
    }
  });

  test("logs each request once", async () => {
    const path = `/api/v3/projects/${Date.now()}`;
    await call("GET", path);
    await call("GET", "/api/v3/tokens");
    await server.says('"route":"/api/v3/tokens"');
    // Lines of one request may come out of order: the next request's are waited for too.
    await fetch(`http://127.0.0.1:${variables.PORT}/assets/console.css`);
    await server.says("GET /assets/console.css 200");
    expect(server.output.match(/"route":"\/api\/v3\/projects\/:project"/g)).toHaveLength(1);
    expect(server.output).not.toContain(path);
  });

  test("turns a host Online and Offline by its own tick, on the clock", async () => {
    const host = await register();
    expect(await statusOf(host.id)).toBe("Offline");
    expect(
      (await call("POST", `/api/v3/automation/hosts/${host.id}/ping`, { body: { host_guid: host.guid } }))
        .status,
    ).toBe(200);
    await until("the host that pinged is Online", async () => (await statusOf(host.id)) === "Online", 20);
    await until(
      "the host that is silent is Offline",
      async () => (await statusOf(host.id)) === "Offline",
      20,
    );
  });

  test("keeps its data when it is killed outright and started again", async () => {
    const host = await register();
    server.signalGroup("SIGKILL");
    await server.groupEnds();
    server = checkout.run(["start"], variables);
    await server.isReady();
    const { body } = await call("GET", `/api/v3/automation/hosts/${host.id}`);
    expect(body).toMatchObject({ host_server_id: host.id, host_guid: host.guid });
  });

  test("ends, saying so, and leaves no process when wrangler dies", async () => {
    const { pid } = z.object({ pid: z.int() }).parse(JSON.parse(checkout.read("elsewhere/running.json")));
    process.kill(pid, "SIGKILL");
    expect(await server.ends()).toBe(1);
    expect(server.output).toContain("wrangler ended by itself");
    await server.groupEnds();
  });

  test("says what it does before the database is brought up to date", async () => {
    const stateDir = checkout.path("no-database");
    mkdirSync(stateDir);
    // Wrangler can't make its own directory here.
    writeFileSync(`${stateDir}/v3`, "");
    const port = String(await freePort());
    const run = await checkout.finish(["start"], { ...variables, PORT: port, STATE_DIR: stateDir });
    expect(run).toEqual({
      code: 1,
      output: expect.stringMatching(
        /^Muster starts: it brings the database in no-database up to date, .*\n[\s\S]*could not be migrated/,
      ),
    });
  });

  test("SIGTERM to npm alone ends every process, even before the server is ready", async () => {
    server = checkout.run(["start"], variables);
    await until("the server is being brought up", () => {
      try {
        return checkout.read("elsewhere/running.json") !== "";
      } catch {
        return false;
      }
    });
    process.kill(server.pid, "SIGTERM");
    await server.groupEnds();
    expect(server.output).toMatch(/^Muster starts: .*\n(The database is up to date .*\n)?$/);
  });
});

describe("npm start refuses in one plain line, before anything is started,", () => {
  test.each([
    ["a setting that can't be used", { LEASE_SECONDS: "soon" }, /^setting LEASE_SECONDS: .*\n$/],
    ["a port that is none", { PORT: "http" }, /^PORT is http: .*\n$/],
    ["a token that is too short", { ADMIN_TOKEN: "short" }, /^ADMIN_TOKEN must be 16 characters .*\n$/],
    [
      "a STATE_DIR that can't be written",
      { STATE_DIR: checkout.path("package.json") },
      /^STATE_DIR .* can't be written: .*\n$/,
    ],
  ])("%s", async (_, wrong, printed) => {
    const port = String(await freePort());
    const refused = await checkout.finish(["start"], {
      ...variables,
      PORT: port,
      STATE_DIR: checkout.path("unused"),
      ...wrong,
    });
    expect(refused).toEqual({ code: 1, output: expect.stringMatching(printed) });
  });
});
