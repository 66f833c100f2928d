import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  createVitest,
  type TestCase,
  type TestModule,
  type TestSpecification,
  type Vitest,
} from "vitest/node";

/** How a run of tests ended. `broken`: no test failed, yet the run did; then it has proved nothing. */
export type Outcome = "passed" | "failed" | "broken";

/** Their tests run in this process' Worker or in Node alone, so that a changed source is all that they need anew. */
const WITHOUT_SERVERS = ["worker", "host-program"];
const PROJECTS = [...WITHOUT_SERVERS, "cli", "local", "host-processes", "host-clocks", "cli-processes"];

/** A run that goes on for so long after a failure is stuck: its Worker loops for ever. */
const STUCK_MS = 15_000;
/** So is a run of this length, without a failure. */
const MAX_RUN_MS = 600_000;

const nameOf = (test: TestCase): string => `${test.module.moduleId}: ${test.fullName}`;

const failuresOf = (modules: readonly TestModule[]): string[] =>
  modules.flatMap((module) => [...module.children.allTests("failed")].map(nameOf));

const errorsOf = (modules: readonly TestModule[]): string[] =>
  modules.flatMap((module) => [
    ...module.errors().map(({ message }) => `${module.moduleId}: ${message}`),
    ...[...module.children.allSuites()].flatMap((suite) => suite.errors().map(({ message }) => message)),
  ]);

/**
 * Runs test files of a tree, which is the working directory. The runner stands between two runs, as starting it takes
 * longer than most runs; tests that start servers get another one, for their servers keep the sources they began with.
 */
export class GuardTests {
  #standing: Vitest | undefined;
  readonly #changed = new Set<string>();
  #noteFailure: (test: TestCase) => void = () => undefined;

  async #vitest(): Promise<Vitest> {
    this.#standing ??= await createVitest(
      "test",
      {
        root: ".",
        config: "test/vitest.config.ts",
        project: PROJECTS,
        bail: 1,
        watch: true,
        reporters: [{}],
      },
      { server: { watch: null } },
    );
    return this.#standing;
  }

  /** The runner calls this as each test ends. */
  onTestCaseResult(test: TestCase): void {
    if (test.result().state === "failed") this.#noteFailure(test);
  }

  /** Ends only if the run is stuck, with what failed before. */
  #endsStuck(): Promise<string[]> {
    return new Promise((stuck) => {
      this.#noteFailure = (test) => setTimeout(() => stuck([nameOf(test)]), STUCK_MS).unref();
      setTimeout(() => stuck([]), MAX_RUN_MS).unref();
    });
  }

  /** Kills the runtimes, as a Worker that loops can't be asked to end. */
  #abandon(): void {
    this.#standing = undefined;
    execFileSync("pkill", ["-KILL", "-P", String(process.pid), "workerd"]);
  }

  async leave(): Promise<void> {
    await this.#standing?.close();
    this.#standing = undefined;
  }

  /** Has a source of the tree read anew by the next run, and by each after it: what a run read as it ended may be old. */
  changed(path: string): void {
    this.#changed.add(join(process.cwd(), path));
  }

  /** Runs test files, or of them the tests that have `named` in their names. `said` tells what failed. */
  async run(files: readonly string[], named?: string): Promise<{ outcome: Outcome; said: string[] }> {
    const vitest = await this.#vitest();
    for (const path of this.#changed) vitest.invalidateFile(path);
    if (named === undefined) vitest.resetGlobalTestNamePattern();
    else vitest.setGlobalTestNamePattern(named);
    const chosen = await vitest.globTestSpecifications([...files]);
    const missing = files.filter((file) => !chosen.some(({ moduleId }) => moduleId.endsWith(file)));
    if (missing.length > 0) return { outcome: "broken", said: [`no test file ${missing.join()}`] };
    try {
      const first = await this.#runChosen(vitest, chosen);
      // The end of an earlier run by `bail` can reach into this one.
      return first.outcome === "broken" ? await this.#runChosen(vitest, chosen) : first;
    } finally {
      if (chosen.some(({ project }) => !WITHOUT_SERVERS.includes(project.name))) await this.leave();
    }
  }

  async #runChosen(
    vitest: Vitest,
    chosen: TestSpecification[],
  ): Promise<{ outcome: Outcome; said: string[] }> {
    const ended = await Promise.race([this.#endsStuck(), vitest.runTestSpecifications(chosen)]);
    if (!("testModules" in ended)) {
      this.#abandon();
      return ended.length > 0
        ? { outcome: "failed", said: ended }
        : { outcome: "broken", said: ["the run does not end"] };
    }
    const { unhandledErrors } = ended;
    // The run's own list names the modules of earlier runs too.
    const testModules = chosen.flatMap(({ testModule }) => testModule ?? []);
    const failures = failuresOf(testModules);
    if (failures.length > 0) return { outcome: "failed", said: failures };
    const errors = [...errorsOf(testModules), ...unhandledErrors.map(String)];
    const hasPassed = testModules.some((module) => [...module.children.allTests("passed")].length > 0);
    if (hasPassed && errors.length === 0) return { outcome: "passed", said: [] };
    return { outcome: "broken", said: hasPassed ? errors : ["no test ran", ...errors] };
  }
}
