import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DeployedAccount } from "./deployed-account.ts";

const account = new DeployedAccount();

beforeAll(() => account.begin());
beforeEach(() => account.reset());
afterAll(() => account.end());

const shownTokens = (output: string): string[] =>
  [...output.matchAll(/^ADMIN_TOKEN is ([0-9a-f]{48})$/gm)].map(([, token = ""]) => token);

describe("a deployment that breaks off", () => {
  test.each(
    ["d1 create", "r2 bucket create", "queues create", "d1 migrations apply", "secret put", "deploy"].flatMap(
      (step) => [[step, false] as const, [step, true] as const],
    ),
  )(
    "at %s (done and its answer lost: %s) says so, and goes on when it is started again",
    async (step, isDone) => {
      account.change({ failing: { [step]: { text: "fetch failed", isDone } } });
      const broken = await account.deploy(["--yes"]);
      expect(broken.code).toBe(1);
      expect(broken.output).toContain(`wrangler ${step}`);
      expect(broken.output).toContain("Cloudflare's API can't be reached from here");
      expect(broken.output).toContain("npm run deploy goes on from there");
      account.change({ failing: {} });
      const again = await account.deploy(["--yes"]);
      expect(again).toMatchObject({ code: 0 });
      const { databases, buckets, queues, worker } = account.read();
      expect([databases.length, new Set(buckets).size, new Set(queues).size]).toEqual([
        1,
        buckets.length,
        queues.length,
      ]);
      // Whatever broke off, the token that is set was shown.
      expect(shownTokens(broken.output + again.output)).toContain(worker?.secrets.ADMIN_TOKEN);
    },
  );
});
