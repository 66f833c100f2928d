import { expect, onTestFinished, test } from "vitest";
import { answeringService, refusal, type TestAnswer } from "../host-program/answering-service.ts";
import { UserMachine } from "./cli-process.ts";

/* How the command line asks a service that does not answer as it should. */

const PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

const place = async (answer: () => TestAnswer | undefined) => {
  const service = await answeringService(answer);
  const user = new UserMachine(onTestFinished, { MUSTER_URL: service.url, MUSTER_TOKEN: "a-token" });
  return { service, user };
};

test.each([
  ["a 401", 401, "unauthorized"],
  ["a 403", 403, "forbidden"],
  ["a 409", 409, "overlap"],
])("%s is no matter of trying again: exit 2 with the service's words", async (_, status, code) => {
  const { service, user } = await place(() => refusal(status, code));
  const { code: exit, stderr } = await user.muster(["hosts"]);
  expect([exit, stderr]).toEqual([2, expect.stringContaining(`refused: ${code}`)]);
  expect(service.heard).toHaveLength(1);
});

test("a 429 is tried again after the time that it asks for", async () => {
  let tries = 0;
  const times: number[] = [];
  const { user } = await place(() => {
    times.push(Date.now());
    return tries++ === 0 ? { status: 429, headers: { "Retry-After": "3" } } : { status: 200, body: [] };
  });
  const { code, stderr } = await user.muster(["hosts"]);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/answers 429; trying again in 3 s/)]);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(2900);
});

test("a time to wait that is longer than its patience ends it at once: exit 3", async () => {
  const { service, user } = await place(() => ({ status: 503, headers: { "Retry-After": "300" } }));
  const { code, stderr } = await user.muster(["hosts"]);
  expect([code, stderr]).toEqual([3, `${service.url} answers 503\n`]);
});

test("an answer that is not of the service is none", async () => {
  let tries = 0;
  const service = await answeringService(() => ({ status: 200, body: [] }));
  const { answer } = service;
  service.answer = (heard) =>
    tries++ === 0 ? { status: 200, body: [], headers: { "x-request-id": "" } } : answer(heard);
  const user = new UserMachine(onTestFinished, { MUSTER_URL: service.url, MUSTER_TOKEN: "a-token" });
  expect((await user.muster(["hosts"])).code).toBe(0);
});

test.each([
  [
    { TRACEPARENT: PARENT, TRACESTATE: "a=1, b=2" },
    { traceparent: PARENT, tracestate: "a=1,b=2" },
  ],
  [{ TRACEPARENT: PARENT, TRACESTATE: "no state" }, { traceparent: PARENT }],
  [{ TRACEPARENT: "no\ntrace", TRACESTATE: "a=1" }, {}],
  [{}, {}],
])("a run that is started in the trace %j belongs to %j", async (env, expected) => {
  const service = await answeringService(({ method }) =>
    method === "POST"
      ? { status: 201, body: { jobs: [{ job_id: 7, automation_materials: [] }] } }
      : { status: 200, body: [] },
  );
  const user = new UserMachine(onTestFinished, {
    ...{ MUSTER_URL: service.url, MUSTER_TOKEN: "a-token", TRACEPARENT: "", TRACESTATE: "" },
    ...env,
  });
  const run = await user.muster(["run", "--agent", "1", "--project", "1"]);
  expect(run.code, run.stderr).toBe(0);
  const { traceparent, tracestate } = service.heard.find(({ method }) => method === "POST")?.headers ?? {};
  expect({ ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) }).toEqual(expected);
});

test("a service that answers a wait at once without news is not asked in a hurry", async () => {
  const service = await answeringService(({ method, path, query }) => {
    if (method === "POST") return { status: 201, body: { jobs: [{ job_id: 7, automation_materials: [] }] } };
    if (path.endsWith("/7"))
      return {
        status: 200,
        body: {
          ...{ job_id: 7, attempt: 1, history: [], results: null, accepted_at: null },
          status: query.has("seen") && service.heard.length > 4 ? "COMPLETED" : "PLANNED",
        },
      };
    return { status: 200, body: [] };
  });
  const user = new UserMachine(onTestFinished, { MUSTER_URL: service.url, MUSTER_TOKEN: "a-token" });
  const began = Date.now();
  const run = await user.muster(["run", "--agent", "1", "--project", "1", "--wait"]);
  expect(run.code, run.stderr).toBe(0);
  const waits = service.heard.filter(({ method }) => method === "GET").map(({ query }) => query.get("wait"));
  expect(waits).toEqual(["0", "50", "50", "50"]);
  expect(Date.now() - began).toBeGreaterThan(3500);
});
