import { execFileSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DeployedAccount } from "./deployed-account.ts";

/** Whether a terminal can be played here. */
const hasScript = (): boolean => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
};

const account = new DeployedAccount();
const CTRL_D = "\u0004";

beforeAll(() => account.begin());
beforeEach(() => account.reset());
afterAll(() => account.end());

describe.runIf(hasScript())("npm run deploy on a terminal", () => {
  test.each(["yes\n"])("asks after it said what it will do, and does it for %j", async (typed) => {
    const { code, output } = await account.deployAsked(typed);
    const shown = stripVTControlCharacters(output).replaceAll("\r", "");
    expect(shown).toMatch(/Worker +muster +is made\n+Do this\? \(yes or no\)/);
    expect(output).toContain(`Muster answers at ${account.address}`);
    expect(code).toBe(0);
  });

  test.each(["\n", "yesterday\n", CTRL_D])("does nothing for %j", async (typed) => {
    const { code, output } = await account.deployAsked(typed);
    expect(output).toContain("Nothing was done");
    expect(code).toBe(1);
    expect(account.deeds()).toEqual([]);
  });
});
