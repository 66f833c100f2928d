import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { faulty } from "../fault-injection.ts";
import { MINUTE, World } from "../world.ts";
import { everythingStored } from "./rows.ts";

describe("Every answer", () => {
  test.each(["/health", "/openapi.json", "/api/v3/projects", "/nowhere"])(
    "of %s tells browsers to run, frame and keep nothing",
    async (path) => {
      const { headers } = await new World().get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "strict-transport-security": expect.stringMatching(/^max-age=\d{8}/),
        "cache-control": "no-store",
        "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    },
  );
});

describe("Pages of other origins", () => {
  const preflight = (world: World, origin: string) =>
    world.request("OPTIONS", "/api/v3/projects", {
      token: null,
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });

  test("get no CORS headers unless origins are set", async () => {
    const world = new World();
    const answer = await world.get("/api/v3/projects", { headers: { Origin: "https://tests.example" } });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect((await preflight(world, "https://tests.example")).status).toBe(401);
  });

  test("may call where theirs is set, and others may not", async () => {
    const world = new World({ settings: { CORS_ORIGINS: "https://tests.example, https://two.example" } });
    const allowed = async (origin: string) =>
      (await world.get("/api/v3/projects", { headers: { Origin: origin } })).headers.get(
        "Access-Control-Allow-Origin",
      );
    expect(await allowed("https://two.example")).toBe("https://two.example");
    expect(await allowed("https://evil.example")).toBeNull();
    const answer = await preflight(world, "https://tests.example");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("Access-Control-Allow-Methods")).toContain("POST");
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  });
});

afterEach(() => vi.restoreAllMocks());

/** What is logged while `act` runs, as it is written. */
const logged = async (act: () => Promise<unknown>): Promise<string[]> => {
  const lines: string[] = [];
  for (const level of ["log", "error", "warn", "info", "debug"] as const)
    vi.spyOn(console, level).mockImplementation((...words) => {
      lines.push(words.join(" "));
    });
  await act();
  vi.restoreAllMocks();
  return lines;
};

const line = z.strictObject({
  event: z.literal("request"),
  method: z.string(),
  route: z.string(),
  status: z.int(),
  ms: z.number(),
  token_id: z.int().nullable(),
  request_id: z.uuid(),
});

test("Pages of origins that are set may read every header of ours", async () => {
  const world = new World({ settings: { CORS_ORIGINS: "https://tests.example" } });
  const { headers } = await world.get("/health", { headers: { Origin: "https://tests.example" } });
  expect(headers.get("Access-Control-Expose-Headers")?.split(",").toSorted()).toEqual(
    [
      ...["Lease-Expires", "Jobs-Held", "Jobs-Left", "Jobs-Outside", "Cancel-Requested", "Host-Token"],
      ...["Log-End", "Import-Summary", "Export-Cut", "File-Bytes", "File-Etag"],
      ...["Link", "Retry-After", "Date", "x-request-id", "x-qtest-request-id"],
    ].toSorted(),
  );
});

describe("Each request", () => {
  test("is one line of JSON in the log: its route and outcome, and nothing that it carried", async () => {
    const world = new World();
    const { hostId, guid } = await world.ready();
    const token = await world.token("host");
    const asked = [
      () => world.ping(hostId, guid, { token }),
      () => world.get("/api/v3/automation/hosts/77777", { token }),
      () => world.get("/tc/api/v3/projects?limit=1", { token: null }),
      () => world.get("/nowhere?x=secret-of-a-query", { token: null }),
    ];
    const lines: z.output<typeof line>[] = [];
    for (const ask of asked) {
      const logLines = await logged(ask);
      expect(logLines).toHaveLength(1);
      lines.push(line.parse(JSON.parse(logLines[0] ?? "")));
    }
    expect(lines).toMatchObject([
      {
        method: "POST",
        route: "/api/v3/automation/hosts/:host/ping",
        status: 200,
        token_id: expect.any(Number),
      },
      { method: "GET", route: "/api/v3/automation/hosts/:host", status: 404 },
      { method: "GET", route: "/api/v3/projects", status: 401, token_id: null },
      { status: 404 },
    ]);
  });
});

test("With LOG_QUIET=off, what a host's object answers alone leaves no line, and everything else its own", async () => {
  const world = new World({ settings: { LOG_QUIET: "off" } });
  const { hostId, guid } = await world.ready();
  const token = await world.token("host");
  // By then its object knows of every change.
  world.advance(2 * MINUTE);
  const poll = () => world.poll(hostId, { token });
  const statusesOf = async (ask: () => Promise<unknown>) =>
    (await logged(ask)).map((text) => line.parse(JSON.parse(text)).status);
  const ping = () => world.ping(hostId, guid, { token });
  // The object does not answer alone the first ping of a window and the first poll that finds nothing.
  expect([await statusesOf(ping), await statusesOf(ping)]).toEqual([[200], []]);
  expect([await statusesOf(poll), await statusesOf(poll)]).toEqual([[200], []]);
  expect(await statusesOf(() => world.ping(hostId, "another", { token }))).toEqual([409]);
  expect(await statusesOf(() => world.ping(hostId, guid, { token: "wrong" }))).toEqual([401]);
});

describe("Secrets never leave:", () => {
  test("not by the log, the audit, an error, a list or the database, whatever is done with them", async () => {
    const faults = faulty();
    const world = new World({ seam: faults.seam });
    const { projectId, hostId, guid, jobId } = await world.ready({ jobs: 1 });
    const secrets: string[] = [world.adminToken];
    const answers: string[] = [];
    const ask = async (...request: Parameters<World["request"]>) => {
      const answer = await world.request(...request);
      answers.push(answer.text, JSON.stringify([...answer.headers]));
      return answer;
    };
    const lines = await logged(async () => {
      const made = await world.post("/api/v3/tokens", { name: "one", scope: "host", host_server_id: hostId });
      const { id, token } = z.looseObject({ id: z.int(), token: z.string() }).parse(made.body);
      const rotated = await world.post(`/api/v3/tokens/${id}/rotate`);
      const { token: next } = z.looseObject({ token: z.string() }).parse(rotated.body);
      const enrolling = await world.token("host", { register_only: true });
      const enrolled = await world.post(
        "/api/v3/automation/host",
        { host_name: "n", ip_address: "x", mac_address: "x", host_guid: crypto.randomUUID() },
        { token: enrolling },
      );
      const leased = await world.post(`/api/v3/automation/hosts/${hostId}/leases`, { owner: "a" }, { token });
      const [lease] = z.array(z.looseObject({ lease_id: z.string() })).parse(leased.body);
      const leaseId = lease?.lease_id ?? "";
      secrets.push(token, next, enrolling, enrolled.headers.get("Host-Token") ?? "", leaseId);
      const status = `/api/v3/projects/${projectId}/automation/jobs/${jobId}/status`;
      await world.put(status, { status: "RUNNING", lease_id: leaseId }, { token: next });
      await ask("PUT", status, { body: { status: "CANCELLED" } });
      await ask("POST", `/api/v3/automation/hosts/${hostId}/ping`, {
        token: next,
        body: { host_guid: guid },
      });
      for (const secret of secrets) {
        await ask("GET", "/api/v3/projects", { token: `${secret}x` });
        await ask("POST", "/oauth/token", {
          token: null,
          body: new URLSearchParams({ grant_type: "password", username: "no", password: secret }).toString(),
        });
        await ask("GET", `/api/v3/nowhere?token=${encodeURIComponent(secret)}`, { token: secret });
        faults.fail({ to: "d1", when: "before", times: 5 });
        await ask("PUT", status, { body: { status: "RUNNING", lease_id: secret } });
        faults.fail({
          to: "d1",
          when: "before",
          error: () => new TypeError(`a bug about\nparams: ${secret}`),
        });
        await ask("GET", "/api/v3/projects", {});
      }
      await world.delete(`/api/v3/tokens/${id}`);
      world.advance(31_000);
      await ask("GET", "/api/v3/projects", { token: next });
      for (const list of ["tokens", "audit", "automation/hosts", "projects"])
        await ask("GET", `/api/v3/${list}?limit=1000`, {});
      await ask("GET", `/api/v3/projects/${projectId}/automation/jobs`, {});
    });
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.join("\n")).toContain('"event":"bug"');
    const stored = await everythingStored();
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(15);
      const shown = secret.startsWith("muster_") ? secret.slice(-60) : secret;
      expect(lines.join("\n")).not.toContain(shown);
      for (const answer of answers.filter((text) => !text.includes("is not there")))
        expect(answer).not.toContain(shown);
      if (secret !== secrets.at(-1) && shown !== "") expect(stored).not.toContain(shown);
    }
  });
});
