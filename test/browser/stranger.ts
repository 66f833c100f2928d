import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeThings } from "./fixtures.ts";
import { arrive, enter } from "./person.ts";

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

test(
  "a stranger with a folder of tests has them run and reported within five minutes, by the console and two pasted lines",
  async () => {
    // The installation is not empty.
    await makeThings("Earlier");
    const began = Date.now();
    const { page } = await arrive({}, /status of 401/);
    await page.goto("/console/start");
    await enter(page);
    await page.goto("/console/start");
    await page.getByText("Make another project").click();
    await page.getByLabel("Name", { exact: true }).first().fill("Sums");
    await page.getByRole("button", { name: "Make the project" }).click();
    await page.getByText("The project is there.").waitFor();
    await page.getByRole("button", { name: "Make a host token" }).click();
    const lines = (await page.locator("#host-commands").textContent()) ?? "";
    expect(lines.trim().split("\n")).toEqual([
      expect.stringMatching(/^curl -fsSO http\S+\/host\.mjs$/),
      expect.stringMatching(/^MUSTER_TOKEN=muster_host_\S+ node host\.mjs run --url http\S+ --project \d+$/),
    ]);
    const { said } = paste(lines, makeFolder());

    // The machine and its agent appear by themselves.
    const link = page.getByRole("link", { name: "Schedule a run of vitest" });
    await link.waitFor({ timeout: 60_000 }).catch((error: unknown) => {
      throw new Error(`${String(error)}\nthe host said: ${said()}`);
    });
    await link.click();
    await page.getByLabel("Name").fill("All sums");
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByText("The schedule is made.").waitFor();
    await page.goto("/console/start");
    await page
      .getByText("That is the whole way.")
      .waitFor({ timeout: 90_000 })
      .catch((error: unknown) => {
        throw new Error(`${String(error)}\nthe host said: ${said()}`);
      });
    await page.getByText("Completed").first().waitFor();
    expect(Date.now() - began).toBeLessThan(FIVE_MINUTES);
  },
  FIVE_MINUTES,
);
