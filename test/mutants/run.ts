/**
 * Takes out each guard, one at a time, in a copy of the tree, and runs the tests that should fail. Ends with
 * exit 0 only if all of them pass with every guard in place and some of them fail without each.
 * `npm run test:mutants -- WORD` runs only the mutants with WORD in their guards, or in the paths of their lists or tests.
 */
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { GuardTests, type Outcome } from "./guard-tests.ts";
import { allMutants, type Mutant, placeOf, sourcesOf } from "./mutant.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NOT_COPIED = ["node_modules", ".git", ".wrangler", "dist"].map((name) => join(ROOT, name));
const VERDICTS = { passed: "SURVIVED", failed: "noticed", broken: "BROKEN" } satisfies Record<
  Outcome,
  string
>;

/** The sources, with every guard in place. */
const sources = sourcesOf(ROOT);
const place = mkdtempSync(join(tmpdir(), "muster-mutants-"));
// Some tests run a process as another user, who must find the sources.
chmodSync(place, 0o755);
const tests = new GuardTests();

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
process.on("exit", () => rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

const secondsSince = (start: number): string => `${Math.round((Date.now() - start) / 1000)} s`.padStart(5);

const put = (path: string, text: string): void => {
  writeFileSync(join(place, path), text);
  tests.changed(path);
};

/** Whether the tests of a mutant notice it. */
const judge = async (mutant: Mutant): Promise<boolean> => {
  const start = Date.now();
  const print = (verdict: string) =>
    console.log(`${verdict.padEnd(9)} ${secondsSince(start)}  ${mutant.guard}`);
  try {
    const { path, text } = placeOf(mutant, sources);
    put(path, text);
    const { outcome, said } = await tests.run(mutant.tests, mutant.named);
    put(path, sources.get(path) ?? "");
    print(VERDICTS[outcome]);
    if (outcome === "broken") console.log(said.join("\n").slice(0, 3000));
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
  if (mutants.length === 0) {
    console.log(`no mutant has "${word}" in its guard, its list or its tests`);
    return false;
  }
  const start = Date.now();
  cpSync(ROOT, place, { recursive: true, filter: (path) => !NOT_COPIED.includes(path) });
  symlinkSync(join(ROOT, "node_modules"), join(place, "node_modules"));
  process.chdir(place);
  process.env.PWD = place;
  process.env.HOST_PROCESSES = process.env.LONG = "on";
  const whole = await tests.run([...new Set(mutants.flatMap(({ tests }) => tests))]);
  console.log(`${whole.outcome.padEnd(9)} ${secondsSince(start)}  the same tests with every guard in place`);
  if (whole.outcome !== "passed") {
    console.log(whole.said.join("\n").slice(0, 5000));
    return false;
  }
  let unnoticed = 0;
  for (const mutant of mutants) if (!(await judge(mutant))) unnoticed += 1;
  console.log(`${mutants.length - unnoticed} of ${mutants.length} noticed, in ${secondsSince(start).trim()}`);
  return unnoticed === 0;
};

const isProved = await main().finally(() => tests.leave());
process.exit(isProved ? 0 : 1);
