import { expect, test } from "vitest";
import { takeWakes } from "../../src/webhooks/consume.ts";

const scene = () => {
  const drained: number[] = [];
  const woken: { ids: readonly number[]; delay: number | undefined }[] = [];
  const retried: unknown[] = [];
  const message = (body: unknown) => ({ body, retry: () => retried.push(body) });
  const consuming = {
    drain: async (webhook: number) => {
      drained.push(webhook);
    },
    wake: async (ids: readonly number[], delay?: number) => {
      woken.push({ ids, delay });
    },
    log: () => undefined,
    wait: () => new Promise<void>(() => undefined),
  };
  return { drained, woken, retried, message, consuming };
};

test("a webhook that several messages name is sent to once", async () => {
  const { drained, woken, message, consuming } = scene();
  await takeWakes(
    [7, 8, 7].map((webhook) => message({ webhook })),
    consuming,
  );
  expect(drained).toEqual([7, 8]);
  expect(woken).toEqual([]);
});

test("a message that names no webhook is dropped, and keeps no other back", async () => {
  const { drained, retried, message, consuming } = scene();
  await takeWakes([null, "x", {}, { webhook: "7" }, { webhook: 0 }, { webhook: 8 }].map(message), consuming);
  expect([drained, retried]).toEqual([[8], []]);
});

test("a webhook that is slow does not hold up the queue: it is looked after later", async () => {
  const { woken, retried, message, consuming } = scene();
  const drain = (webhook: number) =>
    webhook === 7 ? new Promise<void>(() => undefined) : consuming.drain(webhook);
  const wait = (ms: number) => {
    expect(ms).toBeLessThan(1000);
    return Promise.resolve();
  };
  await takeWakes(
    [7, 8].map((webhook) => message({ webhook })),
    { ...consuming, drain, wait },
  );
  expect(woken).toEqual([{ ids: [7], delay: 150 }]);
  expect(retried).toEqual([]);
});

test("sending that fails here is tried again by the queue", async () => {
  const { drained, retried, message, consuming } = scene();
  const drain = (webhook: number) =>
    webhook === 7 ? Promise.reject(new Error("D1 is overloaded")) : consuming.drain(webhook);
  await takeWakes(
    [7, 8, 7].map((webhook) => message({ webhook })),
    { ...consuming, drain },
  );
  expect(retried).toEqual([{ webhook: 7 }]);
  expect(drained).toEqual([8]);
});
