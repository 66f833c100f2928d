import { describe, expect, onTestFinished, test } from "vitest";
import { LeaseLoop } from "../../src/host-program/lease-loop.ts";
import { PollPacer } from "../../src/host-program/poll-pacer.ts";
import { ServerClock } from "../../src/host-program/server-clock.ts";
import { ServiceClient } from "../../src/host-program/service-client.ts";
import { until } from "../local/checkout.ts";
import { type AnsweringService, answeringService, refusal, type TestAnswer } from "./answering-service.ts";

/** So long that what is tested here happens before the second poll. */
const POLL_MS = 60_000;
const HOUR_MS = 3_600_000;

const agent = {
  id: 1,
  settings: {
    ...{ name: "tests", project: 1, frameworkId: undefined, recipe: undefined, directory: ".", shell: true },
    ...{ command: ["true"], env: {}, results: [], artifacts: [] },
    ...{ slots: 1, stopSeconds: 1, before: undefined, after: undefined },
  },
};

/** A host's polling loop, beside a service whose look ahead answers so. Resolves once this many requests came. */
const polling = async (
  look: () => TestAnswer,
  requests: number,
  clock = new ServerClock(),
): Promise<AnsweringService> => {
  const service = await answeringService(({ method }) =>
    method === "GET" ? look() : { status: 200, body: [] },
  );
  const settings = { url: service.url, timeoutMs: 10_000, retryMs: 1, maxRetryMs: 4 };
  const loop = new LeaseLoop({
    ...{ client: new ServiceClient(settings, () => "token", clock), clock, pacer: new PollPacer(POLL_MS) },
    ...{ hostId: 1, owner: "process", leaseSeconds: 60, agents: () => [{ ...Object(agent) }] },
    ...{ freeSlots: () => 1, freeHostSlots: () => 1, whyNot: async () => null },
    ...{ begin: () => undefined, trouble: () => undefined },
  });
  const over = new AbortController();
  onTestFinished(() => over.abort());
  void loop.run(over.signal);
  await until("the requests come", () => service.heard.length >= requests, 20);
  return service;
};

const job = (due: number) => ({ job_id: 7, start_date: new Date(due).toISOString() });

const requestsOf = ({ heard }: AnsweringService) => heard.map(({ method }) => method);

describe("a host that polls", () => {
  test("polls for a job that it saw ahead when it is due, and not before", async () => {
    const due = Math.ceil(Date.now() / 1000) * 1000 + 2000;
    const look = () => ({ status: 200, body: [job(due)] });
    const service = await polling(look, 2);
    expect(requestsOf(service)).toEqual(["GET", "POST"]);
    expect(Date.now()).toBeGreaterThanOrEqual(due);
  });

  test.each([
    ["behind", HOUR_MS],
    ["ahead of", -HOUR_MS],
  ])("polls for it then though its clock is an hour %s the service's", async (_, aheadMs) => {
    const clock = new ServerClock();
    const now = Date.now();
    clock.note(new Date(now + aheadMs).toUTCString(), now, now);
    const due = Math.ceil(Date.now() / 1000) * 1000 + 2000;
    const headers = () => ({ Date: new Date(Date.now() + aheadMs).toUTCString() });
    const look = () => ({ status: 200, body: [job(due + aheadMs)], headers: headers() });
    const service = await polling(look, 2, clock);
    expect(requestsOf(service)).toEqual(["GET", "POST"]);
    expect(Date.now()).toBeGreaterThanOrEqual(due);
    expect(Date.parse(service.heard[0]?.query.get("end_date") ?? "") - aheadMs).toBeGreaterThan(now);
  });

  test("polls at once where the look ahead shows a job that is due", async () => {
    const look = () => ({ status: 200, body: [job(Date.now() - 5000)] });
    const service = await polling(look, 2);
    expect(requestsOf(service)).toEqual(["GET", "POST"]);
    expect(Object.fromEntries(service.heard[0]?.query ?? [])).toEqual({
      end_date: expect.any(String),
      lease: "false",
    });
  });

  test("polls though the look ahead is refused or not answered", async () => {
    for (const look of [() => refusal(403, "forbidden"), () => ({ status: 503 })])
      expect(requestsOf(await polling(look, 2))).toEqual(["GET", "POST"]);
  });
});
