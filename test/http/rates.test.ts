import { describe, expect, test } from "vitest";
import { type Answer, World } from "../world.ts";
import { refusalIn } from "./refusals.ts";

/** A rate limit like the platform's: `most` requests for each key. */
const limitOf = (most: number): RateLimit => {
  const counts = new Map<string, number>();
  return {
    limit: async ({ key }) => {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { success: count <= most };
    },
  };
};

/** A tenth of the deployed limits, which test/local/deployment.test.ts checks. */
const HOST_LIMIT = 30;
const TOKEN_LIMIT = 60;
const FAILURE_LIMIT = 10;

const limited = () =>
  new World({
    settings: { RATE_LIMITS: "on" },
    seam: (plain) => ({
      ...plain,
      HOST_LIMIT: limitOf(HOST_LIMIT),
      TOKEN_LIMIT: limitOf(TOKEN_LIMIT),
      FAILURE_LIMIT: limitOf(FAILURE_LIMIT),
    }),
  });

/** An address of its own for each test: the limits outlive it. */
const address = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return { "CF-Connecting-IP": bytes.join(".") };
};

/** Sends requests until one is refused with 429. Returns how many were not, and the refusal. */
const untilRefused = async (limit: number, ask: () => Promise<Answer>) => {
  for (let asked = 0; asked <= limit; asked++) {
    const answer = await ask();
    if (answer.status === 429) return { asked, answer };
  }
  throw new Error(`not refused in ${limit + 1} requests`);
};

const expectRefused = (answer: Answer): void => {
  expect(refusalIn(answer, 429).code).toBe("too_many");
  expect(answer.headers.get("Retry-After")).toBe("60");
};

describe("Too many", () => {
  test("failed authentications of one address are a 429 after so many answered 401, and good ones go on", async () => {
    const world = limited();
    const headers = address();
    const token = await world.token("operator");
    const ask = () => world.get("/api/v3/projects", { token: "wrong", headers });
    const { asked, answer } = await untilRefused(FAILURE_LIMIT, ask);
    expect(asked).toBe(FAILURE_LIMIT);
    expectRefused(answer);
    expectRefused(
      await world.post("/api/login?j_username=x&j_password=y", undefined, { token: null, headers }),
    );
    expect((await world.get("/api/v3/projects?limit=1", { token, headers })).status).toBe(200);
    refusalIn(await world.get("/api/v3/projects", { token: "wrong", headers: address() }), 401);
  });

  test("requests of one host by one token are refused, and other hosts of that token go on", async () => {
    const world = limited();
    const [one, other] = [await world.host(), await world.host()];
    const token = await world.token("host");
    const { asked, answer } = await untilRefused(HOST_LIMIT, () => world.ping(one.id, one.guid, { token }));
    expect(asked).toBe(HOST_LIMIT);
    expectRefused(answer);
    expect((await world.ping(other.id, other.guid, { token })).status).toBe(200);
    const [second] = [await world.token("host")];
    expect((await world.ping(one.id, one.guid, { token: second })).status).toBe(200);
  });

  test("reports of a fleet by one token are counted by their jobs", async () => {
    const world = limited();
    const { projectId, jobIds } = await world.ready({ jobs: 2 });
    const token = await world.token("host");
    const [first = 0, second = 0] = jobIds;
    const { answer } = await untilRefused(HOST_LIMIT, () =>
      world.report(projectId, first, { status: "NOT A STATUS", token }),
    );
    expectRefused(answer);
    expect((await world.report(projectId, second, { status: "RUNNING", token })).status).toBe(200);
  });

  test("grants are counted by the token that they grant", async () => {
    const world = limited();
    const token = await world.token("operator");
    const path = `/oauth/token?grant_type=refresh_token&refresh_token=${token}`;
    expectRefused(
      (await untilRefused(TOKEN_LIMIT, () => world.post(path, undefined, { token: null }))).answer,
    );
    expectRefused(await world.get("/api/v3/projects", { token }));
  });

  test("other requests are counted by their token", async () => {
    const world = limited();
    const [token, other] = [await world.token("operator"), await world.token("operator")];
    const ask = (by: string) => world.get("/api/v3/projects?limit=1", { token: by });
    const { asked, answer } = await untilRefused(TOKEN_LIMIT, () => ask(token));
    expect(asked).toBe(TOKEN_LIMIT);
    expectRefused(answer);
    expect((await ask(other)).status).toBe(200);
  });

  test("failed authentications are counted by the network of an IPv6 address", async () => {
    const world = limited();
    const group = () => crypto.getRandomValues(new Uint16Array(1))[0]?.toString(16);
    const [network, other] = [`2001:db8:${group()}`, `2001:db8:${group()}:1::1`];
    const forms = [
      (at: number) => `${network}::${at.toString(16)}`,
      (at: number) => `${network}:0::${at.toString(16)}:1`,
      (at: number) => `${network}:0:1:2:3:${at.toString(16)}`,
    ];
    let at = 0;
    const ask = () => {
      at++;
      const address = forms[at % forms.length]?.(at) ?? "";
      return world.get("/api/v3/projects", { token: "wrong", headers: { "CF-Connecting-IP": address } });
    };
    expectRefused((await untilRefused(FAILURE_LIMIT, ask)).answer);
    refusalIn(
      await world.get("/api/v3/projects", { token: "wrong", headers: { "CF-Connecting-IP": other } }),
      401,
    );
  });

  test("a token's requests are counted whatever hosts and jobs they name, but for a fleet's", async () => {
    const world = limited();
    const own = await world.token("host", { host_server_id: (await world.host()).id });
    let id = 1_000_000;
    const askHost = () => world.get(`/api/v3/automation/hosts/${++id}`, { token: own });
    expectRefused((await untilRefused(HOST_LIMIT, askHost)).answer);
    expectRefused(await world.get(`/api/v3/projects/1/automation/jobs/${++id}`, { token: own }));
    const operator = await world.token("operator", { project_ids: [await world.project()] });
    const ask = () => world.get(`/api/v3/projects/1/automation/hosts/${++id}/agents`, { token: operator });
    expectRefused((await untilRefused(TOKEN_LIMIT, ask)).answer);
  });

  test("is never said where RATE_LIMITS is off", async () => {
    const world = new World({ settings: { RATE_LIMITS: "off" } });
    const headers = address();
    for (let asked = 0; asked < 250; asked++)
      refusalIn(await world.get("/api/v3/projects", { token: "wrong", headers }), 401);
  });
});
