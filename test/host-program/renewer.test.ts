import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { monotonicMs } from "../../src/host-program/monotonic.ts";
import { Renewer } from "../../src/host-program/renewer.ts";
import type { RenewerNews } from "../../src/host-program/renewer-thread.ts";
import { answeringService, type TestAnswer } from "./answering-service.ts";

const PROGRAM = join(import.meta.dirname, "sleeping-renewer.ts");
const MINUTE_MS = 60_000;
const TIMEOUT_MS = 1000;
const HOST = 7;

/** A renewer whose machine sleeps for ten minutes; it renews by itself only after as long. Gives its first news. */
const wakeWith = async (answer: () => TestAnswer | undefined) => {
  const service = await answeringService(answer);
  const { promise, resolve, reject } = Promise.withResolvers<RenewerNews>();
  const client = { url: service.url, timeoutMs: TIMEOUT_MS, retryMs: 1, maxRetryMs: 4 };
  const renewer = new Renewer({
    program: PROGRAM,
    start: { client, token: "token", hostId: HOST },
    onNews: resolve,
    onDeath: reject,
  });
  onTestFinished(() => renewer.end());
  const leaseMs = 30 * MINUTE_MS;
  const startedAt = monotonicMs();
  renewer.watch({ leaseId: "one", leaseMs, holdsUntil: startedAt + 5 * MINUTE_MS, marginMs: MINUTE_MS });
  const news = await promise;
  return { news, heard: service.heard.map(({ method, path }) => `${method} ${path}`), startedAt };
};

const RENEWAL = `PUT /automation/hosts/${HOST}/leases/one`;

describe("a renewer whose machine wakes", { timeout: 20_000 }, () => {
  test("asks for its leases at once, and hears what happened to them", async () => {
    const body = { expires_at: "2026-01-01T00:00:00.000Z", renew_after_seconds: 600, cancel_requested: true };
    const { news, heard } = await wakeWith(() => ({ status: 200, body }));
    expect(news).toEqual({ news: "cancel", leaseId: "one" });
    expect(heard).toEqual([RENEWAL]);
  });

  test("gives a lease up only when the service had its time to answer", async () => {
    const { news, heard, startedAt } = await wakeWith(() => undefined);
    expect(news).toEqual({ news: "expiring", leaseId: "one" });
    expect(heard).toEqual([RENEWAL]);
    expect(monotonicMs() - startedAt).toBeGreaterThanOrEqual(TIMEOUT_MS);
  });
});
