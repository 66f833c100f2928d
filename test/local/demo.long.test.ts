import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Checkout, freePort } from "./checkout.ts";
import { TAMPERINGS, tamperingServer } from "./tampering-server.ts";

const checkout = new Checkout();
let address = "";

beforeAll(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  await checkout.run(["start"], { PORT: String(port) }).isReady();
});

afterAll(() => checkout.discard());

describe("npm run demo", () => {
  test.each(TAMPERINGS)(
    "ends with 1 and prints what was expected and what came, if %s",
    async (_, tampering, printed) => {
      const between = await tamperingServer(address, tampering);
      const { code, output } = await checkout.finish(["demo"], { BASE_URL: between.address });
      between.close();
      expect(output).toMatch(printed);
      expect(output).not.toContain("answers were right");
      expect(code).toBe(1);
    },
  );
});
