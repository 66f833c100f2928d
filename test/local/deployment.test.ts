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

  test("leaves no line in the log of a ping or a poll, which would cost more than they do", () => {
    expect(parseSettings(config.vars).LOG_QUIET).toBe("off");
  });
});
