/**
 * Takes each guard out, one at a time, in a copy of the tree, and runs the tests that should notice. Ends with
 * exit 0 only if all of them pass with every guard in place and some of them fail without each.
 * `npm run test:mutants -- WORD` runs only the mutants with WORD in their names.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MUTANTS, type Mutant } from "./mutants.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NOT_COPIED = ["node_modules", ".git", ".wrangler", "dist"].map((name) => join(ROOT, name));

/** How a run of tests ended. `broken`: no test failed, yet the run did; then it has proved nothing. */
type Outcome = "passed" | "failed" | "broken";

const place = mkdtempSync(join(tmpdir(), "muster-mutants-"));
let running: ReturnType<typeof spawn> | undefined;

const cleanUp = (): void => {
  if (running?.pid !== undefined && running.exitCode === null) {
    try {
      process.kill(-running.pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
};

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    cleanUp();
    process.exit(1);
  });
}

/** Runs test files in the copy. Its process group is its own, so that nothing of it is left behind. */
const runTests = (files: string[], named?: string): Promise<{ outcome: Outcome; output: string }> => {
  const vitest = join(place, "node_modules/vitest/vitest.mjs");
  const options = ["--root", ".", "--config", "test/vitest.config.ts", "--bail", "1"];
  const projects = ["worker", "local", "host-program"].flatMap((name) => ["--project", name]);
  const chosen = named === undefined ? files : [...files, "-t", named];
  const child = spawn(process.execPath, [vitest, "run", ...options, ...projects, ...chosen], {
    cwd: place,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  running = child;
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  return new Promise((done) => {
    child.on("close", (code) => {
      const failed = /^\s+Tests\s+.*\d+ failed/m.test(output);
      done({ outcome: code === 0 ? "passed" : failed ? "failed" : "broken", output });
    });
  });
};

/** Puts the mutant in place, and gives what puts the file back. Throws where its text does not stand there once. */
const mutate = ({ file, text, instead }: Mutant): (() => void) => {
  const path = join(place, file);
  const whole = readFileSync(path, "utf8");
  const found = whole.split(text).length - 1;
  if (found !== 1) throw new Error(`the text stands ${found} times in ${file}, not once: ${text}`);
  writeFileSync(
    path,
    whole.replace(text, () => instead),
  );
  return () => writeFileSync(path, whole);
};

const secondsSince = (start: number): string => `${Math.round((Date.now() - start) / 1000)} s`.padStart(5);

const judge = async (mutant: Mutant): Promise<boolean> => {
  const start = Date.now();
  const tell = (verdict: string) =>
    console.log(`${verdict.padEnd(9)} ${secondsSince(start)}  ${mutant.guard} (${mutant.file})`);
  try {
    const restore = mutate(mutant);
    const { outcome, output } = await runTests(mutant.tests, mutant.named);
    restore();
    tell({ passed: "SURVIVED", failed: "noticed", broken: "BROKEN" }[outcome]);
    if (outcome === "broken") console.log(output.slice(-3000));
    return outcome === "failed";
  } catch (error) {
    tell("MISPLACED");
    console.log(error instanceof Error ? error.message : error);
    return false;
  }
};

const main = async (): Promise<boolean> => {
  const word = process.argv[2] ?? "";
  const mutants = MUTANTS.filter(({ guard, file }) => `${guard} ${file}`.includes(word));
  const start = Date.now();
  cpSync(ROOT, place, { recursive: true, filter: (path) => !NOT_COPIED.includes(path) });
  symlinkSync(join(ROOT, "node_modules"), join(place, "node_modules"));
  const whole = await runTests([...new Set(mutants.flatMap(({ tests }) => tests))]);
  console.log(`${whole.outcome.padEnd(9)} ${secondsSince(start)}  the same tests with every guard in place`);
  if (whole.outcome !== "passed") {
    console.log(whole.output.slice(-5000));
    return false;
  }
  let unnoticed = 0;
  for (const mutant of mutants) if (!(await judge(mutant))) unnoticed += 1;
  console.log(`${mutants.length - unnoticed} of ${mutants.length} noticed, in ${secondsSince(start).trim()}`);
  return unnoticed === 0 && mutants.length > 0;
};

try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  cleanUp();
}
