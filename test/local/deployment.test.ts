import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { parseSettings } from "../../src/settings.ts";

describe("what is deployed", () => {
  const config = unstable_readConfig({ config: "wrangler.toml" });

  test("has the platform log no address, whose query may hold a secret, and no line beside a request's own", () => {
    expect(config.observability).toMatchObject({
      enabled: true,
      redact_query_string: true,
      logs: { enabled: true, invocation_logs: false },
    });
  });

  test("refuses a host's requests beyond 300 a minute, a token's beyond 600, and an address's failures beyond 100", () => {
    expect(config.ratelimits).toMatchObject([
      { name: "HOST_LIMIT", simple: { limit: 300, period: 60 } },
      { name: "TOKEN_LIMIT", simple: { limit: 600, period: 60 } },
      { name: "FAILURE_LIMIT", simple: { limit: 100, period: 60 } },
    ]);
  });

  test("tells a request that is held when its client goes away, without which nothing would free it", () => {
    expect(config.compatibility_flags).toContain("enable_request_signal");
  });

  test("leaves no line in the log of a ping or a poll, which would cost more than they do", () => {
    expect(parseSettings(config.vars).LOG_QUIET).toBe("off");
  });

  test("wakes the sending to webhooks at once, and no more of them in one batch than one may call", () => {
    const [producer] = config.queues.producers ?? [];
    expect(producer).toMatchObject({ binding: "WEBHOOKS", queue: "muster-webhooks" });
    const [consumer] = config.queues.consumers ?? [];
    expect(consumer).toMatchObject({ queue: "muster-webhooks", max_batch_timeout: 0 });
    expect(consumer?.max_batch_size).toBeLessThanOrEqual(32);
  });

  test.each(["src/index.ts", "test/bench/floor.ts", "test/bench/entry.ts"])(
    "has objects of classes that %s exports, which wrangler does not build otherwise",
    (entry) => {
      const exported = (readFileSync(entry, "utf8").match(/^export (?:class|\{).*/gm) ?? []).join(" ");
      const missing = config.durable_objects.bindings
        .map(({ class_name }: { class_name: string }) => class_name)
        .filter((name: string) => !new RegExp(`\\b${name}\\b`).test(exported));
      expect(missing).toEqual([]);
    },
  );
});
