import { describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";

describe("what is deployed", () => {
  const config = unstable_readConfig({ config: "wrangler.toml" });

  test("has the platform log no address, whose query may hold a secret, and no line beside a request's own", () => {
    expect(config.observability).toMatchObject({
      enabled: true,
      redact_query_string: true,
      logs: { enabled: true, invocation_logs: false },
    });
  });
});
