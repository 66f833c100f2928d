import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { arrive } from "./person.ts";
import { TOKEN } from "./place.ts";

const FIVE_MINUTES = 5 * 60_000;

/** A folder with a real Vitest and a test in it, as a newcomer has. */
const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "muster-stranger-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "devDependencies": { "vitest": "*" } }');
  writeFileSync(
    join(folder, "sum.test.js"),
    'import { expect, test } from "vitest";\ntest("adds", () => expect(1 + 2).toBe(3));\n',
  );
  mkdirSync(join(folder, "home"));
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  return folder;
};

/** Runs these lines in a shell in a folder, as a person pastes them; their processes end with the test. */
const paste = (lines: string, folder: string): { said: () => string } => {
  let said = "";
  const env = { ...process.env, HOME: join(folder, "home"), XDG_STATE_HOME: "", MUSTER_TOKEN: "" };
  const shell = spawn("sh", ["-c", lines], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const ended = new Promise((done) => shell.once("close", done));
  onTestFinished(async () => {
    if (shell.exitCode === null) process.kill(-(shell.pid ?? 0), "SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return { said: () => said };
};

const MAX_CLICKS = 12;

test(
  "a stranger with a folder of tests comes from an empty installation to a COMPLETED test within five minutes, in the console alone, by at most 12 clicks and two pasted lines",
  async () => {
    const began = Date.now();
    const { page } = await arrive({}, /status of 401/);
    let clicks = 0;
    const click = async (target: Locator) => {
      clicks += 1;
      await target.click({ timeout: 60_000 });
    };
    await page.goto("/");
    await page.getByLabel("Token").fill(TOKEN);
    await click(page.getByRole("button", { name: "Sign in" }));
    await page.getByRole("heading", { name: "Set up" }).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Sums");
    await click(page.getByRole("button", { name: "Make the project" }));
    await click(page.getByRole("button", { name: "Make a host token" }));
    await click(page.getByRole("button", { name: "Copy the lines" }));
    const lines = (await page.locator("#host-commands").textContent()) ?? "";
    expect(lines.trim().split("\n")).toEqual([
      expect.stringMatching(/^curl -fsSO http\S+\/host\.mjs$/),
      expect.stringMatching(/^MUSTER_TOKEN=muster_host_\S+ node host\.mjs run --url http\S+ --project \d+$/),
    ]);
    const { said } = paste(lines, makeFolder());
    const whyNot = (error: unknown) => {
      throw new Error(`${String(error)}\nthe host said: ${said()}`);
    };

    // The machine and its agent appear by themselves.
    await click(page.getByRole("button", { name: "Run its tests now" })).catch(whyNot);
    await page.getByText("That is the whole way.").waitFor({ timeout: 90_000 }).catch(whyNot);
    await click(page.getByRole("link", { name: /^First run #\d+$/ }));
    await page.getByText("Completed").first().waitFor();
    // The run is real: it brought the result of its test.
    await page.getByText("1 passed").first().waitFor();
    expect(clicks).toBeLessThanOrEqual(MAX_CLICKS);
    expect(Date.now() - began).toBeLessThan(FIVE_MINUTES);
  },
  FIVE_MINUTES,
);
