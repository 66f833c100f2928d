import { describe, expect, test } from "vitest";
import { judge } from "../../src/webhooks/judge.ts";
import { sendRequest } from "../../src/webhooks/send.ts";
import { Receiver, TARGET } from "./receiver.ts";

const request = { url: TARGET, method: "POST", headers: {}, body: "{}" } as const;
const PUBLIC = { rules: { private: false } };
const NOW = Date.parse("2026-03-02T10:00:00Z");

describe("A request to a receiver", () => {
  test("is not made to an address that the rules forbid by now", async () => {
    const receiver = new Receiver();
    const answer = await sendRequest({ ...request, url: "http://127.0.0.1/" }, PUBLIC);
    expect(answer).toMatchObject({ status: null, why: expect.stringContaining("was not called") });
    expect(receiver.received).toEqual([]);
  });

  test("ends after its time, though the receiver never answers", async () => {
    const receiver = new Receiver();
    receiver.answer = () => new Promise(() => undefined);
    const answer = await sendRequest(request, { ...PUBLIC, timeoutMs: 20 });
    expect(answer).toEqual({ status: null, why: "did not answer within 10 s" });
    expect(receiver.received).toHaveLength(1);
  });

  test("reads no endless body: the status counts", async () => {
    const receiver = new Receiver();
    let sent = 0;
    let cancelled = false;
    receiver.answer = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            sent += 1024;
            controller.enqueue(new Uint8Array(1024));
          },
          cancel: () => {
            cancelled = true;
          },
        }),
      );
    expect(await sendRequest(request, PUBLIC)).toEqual({ status: 200, retryAfter: null });
    expect(sent).toBeLessThan(64 * 1024);
    expect(cancelled).toBe(true);
  });

  test("of which the body breaks off was answered all the same", async () => {
    const receiver = new Receiver();
    receiver.answer = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.error(new Error("reset")),
        }),
        { status: 202 },
      );
    expect(await sendRequest(request, PUBLIC)).toEqual({ status: 202, retryAfter: null });
  });

  test("that fails says nothing of what the platform knows", async () => {
    const receiver = new Receiver();
    receiver.answer = () => {
      throw new Error("connect ECONNREFUSED 10.1.2.3:443");
    };
    const answer = await sendRequest(request, PUBLIC);
    expect(JSON.stringify(answer)).not.toContain("10.1.2.3");
    expect(answer).toMatchObject({ status: null, why: expect.stringContaining("could not be reached") });
  });
});

describe("An answer", () => {
  const judged = (status: number, retryAfter: string | null = null) => judge({ status, retryAfter }, NOW);

  test.each([200, 201, 202, 204, 299])("of %i takes the event", (status) => {
    expect(judged(status)).toMatchObject({ is: "taken", status });
  });

  test.each([199, 301, 302, 307, 400, 401, 403, 404, 409, 429, 500, 502, 503])("of %i does not", (status) => {
    expect(judged(status)).toMatchObject({ is: "failed", status, notBefore: null });
  });

  test("of 410 wants no more", () => {
    expect(judged(410)).toMatchObject({ is: "gone" });
  });

  test.each([
    ["120", NOW + 120_000],
    ["Mon, 02 Mar 2026 10:05:00 GMT", NOW + 300_000],
    ["999999999", NOW + 24 * 3600_000],
    ["Mon, 02 Mar 2099 10:05:00 GMT", NOW + 24 * 3600_000],
    ["0", null],
    ["-5", null],
    ["soon", null],
    ["Mon, 02 Mar 2020 10:05:00 GMT", null],
  ])("with Retry-After: %s is heeded within bounds", (text, notBefore) => {
    expect(judged(503, text)).toMatchObject({ is: "failed", notBefore });
  });
});
