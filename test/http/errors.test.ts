import { describe, expect, test } from "vitest";
import { standingAround } from "../fault-injection.ts";
import { type Answer, type Ready, World } from "../world.ts";
import { refusalIn } from "./refusals.ts";

type Refused = (world: World, ready: Ready) => Promise<Answer>;

const job = ({ projectId, jobId }: Ready) => `/api/v3/projects/${projectId}/automation/jobs/${jobId}`;

const REFUSALS: Record<string, [status: number, code: string, request: Refused]> = {
  "malformed JSON": [400, "malformed_json", (world) => world.post("/api/v3/projects", '{"name": ')],
  "a missing field": [400, "invalid", (world) => world.post("/api/v3/projects", {})],
  "an unreadable time": [
    400,
    "invalid",
    (world, { hostId }) => world.get(`/api/v3/automation/hosts/${hostId}/jobs?end_date=tomorrow`),
  ],
  "a status that can't be reported": [
    400,
    "invalid",
    (world, ready) => world.put(`${job(ready)}/status`, { status: "PLANNED" }),
  ],
  "no token": [401, "unauthorized", (world) => world.get("/api/v3/projects", { token: null })],
  "a token not for it": [
    403,
    "forbidden",
    async (world) => world.post("/api/v3/projects", { name: "x" }, { token: await world.token("host") }),
  ],
  "an unknown path": [404, "not_found", (world) => world.get("/api/v3/nothing/here")],
  "an unknown page": [404, "not_found", (world) => world.get("/nothing", { token: null })],
  "an unknown method": [404, "not_found", (world, ready) => world.request("PATCH", job(ready))],
  "an unknown project": [404, "not_found", (world) => world.get("/api/v3/projects/999999999")],
  "an unknown host": [404, "not_found", (world) => world.get("/api/v3/automation/hosts/999999999")],
  "an unknown job": [404, "not_found", (world, ready) => world.get(`${job(ready)}999999`)],
  "a move not allowed": [
    409,
    "move_refused",
    (world, ready) => world.report(ready.projectId, ready.jobId, "FAILED"),
  ],
  "a ping with another host's guid": [
    409,
    "host_guid_mismatch",
    async (world, { hostId }) => world.ping(hostId, (await world.host()).guid),
  ],
  "a body over the limit": [
    413,
    "too_large",
    (world) => world.post("/api/v3/projects", { name: "x", more: "x".repeat(1024 * 1024) }),
  ],
};

describe("A refusal is a JSON object with message, code and request_id, its id in both headers", () => {
  test.each(Object.entries(REFUSALS))("%s", async (_, [status, code, request]) => {
    const world = new World();
    const refusal = refusalIn(await request(world, await world.ready({ jobs: 1 })), status);
    expect(refusal.code).toBe(code);
    expect(refusal.errors !== undefined).toBe(code === "invalid");
  });

  test("401 says what to send", async () => {
    const answer = await new World().get("/api/v3/projects", { token: null });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(refusalIn(answer, 401).message).toContain("Authorization: Bearer TOKEN");
  });

  test("404 names the id, 409 the job and what it can become", async () => {
    const world = new World();
    const { projectId, jobId } = await world.ready({ jobs: 1 });
    expect(refusalIn(await world.get("/api/v3/projects/987654321"), 404).message).toContain(
      "project 987654321",
    );
    const { message } = refusalIn(await world.report(projectId, jobId, "FAILED"), 409);
    expect(message).toBe(
      `job ${jobId} is PLANNED and can't become FAILED: from there it can become RUNNING, CANCELLED`,
    );
  });
});

describe("Refusals are judged in the order 401, 413, 403/404, 400, 409", () => {
  const LARGE = { more: "x".repeat(1024 * 1024) };
  const NOWHERE = "/api/v3/projects/999999999/automation/jobs/1/status";
  const agent = { name: "AGENT 1", framework: "testNG", agent_client_id: "7", active: true };

  const PAIRS: Record<string, [status: number, request: Refused]> = {
    "401 before 413": [401, (world) => world.post("/api/v3/projects", LARGE, { token: null })],
    "401 before 404": [401, (world) => world.get("/api/v3/nothing/here", { token: null })],
    "401 before 400": [401, (world) => world.post("/api/v3/projects", "{", { token: null })],
    "413 before 403": [
      413,
      async (world) => world.post("/api/v3/tokens", LARGE, { token: await world.token("host") }),
    ],
    "413 before 404": [413, (world) => world.put(NOWHERE, LARGE)],
    "413 before 400": [413, (world) => world.post("/api/v3/projects", `{${"x".repeat(1024 * 1024)}`)],
    "413 before 409": [
      413,
      (world, ready) => world.put(`${job(ready)}/status`, { status: "COMPLETED", ...LARGE }),
    ],
    "403 before 400": [
      403,
      async (world) => world.post("/api/v3/tokens", {}, { token: await world.token("operator") }),
    ],
    "403 before malformed JSON": [
      403,
      async (world) => world.post("/api/v3/tokens", "{", { token: await world.token("host") }),
    ],
    "404 before 400": [404, (world) => world.put(NOWHERE, { status: "NONSENSE" })],
    "404 before malformed JSON": [404, (world) => world.put(NOWHERE, "{")],
    "404 before a 400 of the query": [404, (world) => world.get("/api/v3/automation/hosts/999999999/jobs")],
    "404 of a host before a 400 of a header": [
      404,
      (world) =>
        world.get("/api/v3/automation/hosts/999999999", { headers: { "Lease-Owner": "x".repeat(256) } }),
    ],
    "404 of a project before a 400 of a header": [
      404,
      (world) => world.get("/api/v3/projects/999999999", { headers: { "Lease-Owner": "x".repeat(256) } }),
    ],
    "404 before an unknown framework": [
      404,
      (world, { projectId }) =>
        world.post(`/api/v3/projects/${projectId}/automation/hosts/999999999/agents`, {
          ...agent,
          framework_id: "nonsense",
        }),
    ],
    "400 before 409": [
      400,
      async (world, ready) => {
        await world.report(ready.projectId, ready.jobId, "CANCELLED");
        return world.put(`${job(ready)}/status`, { status: "NONSENSE" });
      },
    ],
    "400 for an unknown framework before the 409 of a number taken": [
      400,
      async (world, { hostId }) => {
        const [one, other] = [await world.project(), await world.project()];
        await world.agent(one, hostId, { agent_client_id: "7" });
        return world.post(`/api/v3/projects/${other}/automation/hosts/${hostId}/agents`, {
          ...agent,
          framework_id: "nonsense",
        });
      },
    ],
  };

  test.each(Object.entries(PAIRS))("%s", async (_, [status, request]) => {
    const world = new World();
    refusalIn(await request(world, await world.ready({ jobs: 1 })), status);
  });
});

describe("500", () => {
  const SECRET = "SELECT digest FROM tokens WHERE name = 's3cret'";

  test("is a fixed text with the request's id, and leaks nothing", async () => {
    let broken = false;
    const seam = standingAround((_, go) => {
      if (broken) throw new TypeError(SECRET);
      return go();
    });
    const world = new World({ seam });
    const { hostId, guid, projectId, jobId } = await world.ready({ jobs: 1 });
    broken = true;
    const answers = [
      await world.get("/health"),
      await world.get("/api/v3/projects"),
      await world.post("/api/v3/projects", { name: "x" }),
      await world.ping(hostId, guid),
      await world.report(projectId, jobId, "RUNNING"),
    ];
    for (const answer of answers) {
      const { message, code, request_id } = refusalIn(answer, 500);
      expect(code).toBe("internal");
      expect(message).toBe(`something went wrong here; quote request ${request_id} to who runs this service`);
      expect(answer.text + JSON.stringify([...answer.headers])).not.toMatch(
        /s3cret|digest|TypeError|stack|\.ts/,
      );
    }
  });
});
