/**
 * Takes out each guard, one at a time, in a copy of the tree, and runs the tests that should fail. Ends with
 * exit 0 only if all of them pass with every guard in place and some of them fail without each.
 * `npm run test:mutants -- WORD` runs only the mutants with WORD in their guards, or in the paths of their lists or tests.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { allMutants, type Mutant, placeOf, sourcesOf } from "./mutant.ts";

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
  const projects = ["worker", "local", "host-program", "host-processes"].flatMap((name) => [
    "--project",
    name,
  ]);
  const chosen = named === undefined ? files : [...files, "-t", named];
  const child = spawn(process.execPath, [vitest, "run", ...options, ...projects, ...chosen], {
    cwd: place,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", HOST_PROCESSES: "on", LONG: "on" },
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

/** Applies the mutant, and returns what restores the file. Throws unless its code stands there exactly once. */
const mutate = (mutant: Mutant): { restore: () => void } => {
  const sources = sourcesOf(place);
  const { path, text } = placeOf(mutant, sources);
  const whole = sources.get(path) ?? "";
  writeFileSync(join(place, path), text);
  return { restore: () => writeFileSync(join(place, path), whole) };
};

const secondsSince = (start: number): string => `${Math.round((Date.now() - start) / 1000)} s`.padStart(5);

const judge = async (mutant: Mutant): Promise<boolean> => {
  const start = Date.now();
  const print = (verdict: string) =>
    console.log(`${verdict.padEnd(9)} ${secondsSince(start)}  ${mutant.guard}`);
  try {
    const { restore } = mutate(mutant);
    const { outcome, output } = await runTests(mutant.tests, mutant.named);
    restore();
    print({ passed: "SURVIVED", failed: "noticed", broken: "BROKEN" }[outcome]);
    if (outcome === "broken") console.log(output.slice(-3000));
    return outcome === "failed";
  } catch (error) {
    print("MISPLACED");
    console.log(error instanceof Error ? error.message : error);
    return false;
  }
};

const main = async (): Promise<boolean> => {
  const word = process.argv[2] ?? "";
  const mutants = (await allMutants(ROOT)).filter(({ guard, list, tests }) =>
    [guard, list, ...tests].some((text) => text.includes(word)),
  );
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
