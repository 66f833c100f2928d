import { describe, expect, test } from "vitest";
import { ServiceClient } from "../../src/host-program/service-client.ts";
import { answeringService, type TestAnswer } from "./answering-service.ts";

const settingsOf = (url: string) => ({ url, timeoutMs: 10_000, retryMs: 1, maxRetryMs: 4 });

/** Asks a service that gives these answers, one after another. Gives when each request came, from the first on. */
const timesOf = async (answers: (() => TestAnswer)[]): Promise<number[]> => {
  const times: number[] = [];
  const service = await answeringService(() => {
    const answer = answers[times.length];
    times.push(performance.now());
    return answer?.() ?? { status: 200 };
  });
  const client = new ServiceClient(settingsOf(service.url), () => "token");
  const ask = () => client.api.automation.hosts.$get({ query: {} });
  await client.untilAnswered(ask, new AbortController().signal);
  const [first = 0] = times;
  return times.map((time) => time - first);
};

const laterIn = (seconds: string) => ({ "Retry-After": seconds });

describe("a request that the service cannot answer now is sent again", () => {
  test.each([429, 503])("after the time that a %i names in seconds", async (status) => {
    const times = await timesOf([() => ({ status, headers: laterIn("1") })]);
    expect(times).toHaveLength(2);
    expect(times[1]).toBeGreaterThanOrEqual(995);
    expect(times[1]).toBeLessThan(5000);
  });

  test("after the time that it names as a date", async () => {
    const date = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toUTCString();
    const times = await timesOf([() => ({ status: 429, headers: laterIn(date()) })]);
    expect(times).toHaveLength(2);
    expect(times[1]).toBeGreaterThanOrEqual(900);
  });

  test("soon where it names none, or none that can be read", async () => {
    const times = await timesOf([
      () => ({ status: 503 }),
      () => ({ status: 429, headers: laterIn("soon") }),
      () => ({ status: 429, headers: laterIn("-5") }),
    ]);
    expect(times).toHaveLength(4);
    expect(times[3]).toBeLessThan(900);
  });
});
