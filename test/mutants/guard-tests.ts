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
/** So is a run of this length, without a failure; and a later one that takes twice as long as the first, and a minute. */
const MAX_RUN_MS = 600_000;
const LEAST_RUN_MS = 60_000;

const nameOf = (test: TestCase): string => `${test.module.moduleId}: ${test.fullName}`;

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
  /** The tests that passed in the first run of each file, when every guard was in place. */
  readonly #whole = new Map<string, TestCase[]>();
  /** The tests that ended in the present run, by id: tests of one file may share a name. */
  readonly #ended = new Map<string, TestCase>();
  #noteFailure: (test: TestCase) => void = () => undefined;
  #maxRunMs = MAX_RUN_MS;

  async #vitest(): Promise<Vitest> {
    this.#standing ??= await createVitest(
      "test",
      {
        root: ".",
        config: "test/vitest.config.ts",
        project: PROJECTS,
        bail: 1,
        watch: true,
        reporters: [{ onTestCaseResult: (test) => this.#noteEnd(test) }],
      },
      { server: { watch: null } },
    );
    return this.#standing;
  }

  /** The runner tells the end of each test. */
  #noteEnd(test: TestCase): void {
    this.#ended.set(test.id, test);
    if (test.result().state === "failed") this.#noteFailure(test);
  }

  /** Ends only if the run is stuck, with what failed before: a guard whose loss makes it loop is noticed. */
  #endsStuck(): Promise<string[]> {
    return new Promise((stuck) => {
      this.#noteFailure = (test) => setTimeout(() => stuck([nameOf(test)]), STUCK_MS).unref();
      setTimeout(() => stuck(["the run does not end"]), this.#maxRunMs).unref();
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
    const from = performance.now();
    const first = await this.#runOnce(files, named);
    if (this.#maxRunMs === MAX_RUN_MS)
      this.#maxRunMs = Math.min(MAX_RUN_MS - 1, Math.max(2 * (performance.now() - from), LEAST_RUN_MS));
    if (first.outcome !== "broken") return first;
    // The end of an earlier run by `bail` can reach into this one: it is repeated by a runner of its own.
    await this.leave();
    return this.#runOnce(files, named);
  }

  async #runOnce(
    files: readonly string[],
    named: string | undefined,
  ): Promise<{ outcome: Outcome; said: string[] }> {
    const vitest = await this.#vitest();
    for (const path of this.#changed) vitest.invalidateFile(path);
    if (named === undefined) vitest.resetGlobalTestNamePattern();
    else vitest.setGlobalTestNamePattern(named);
    const chosen = await vitest.globTestSpecifications([...files]);
    const missing = files.filter((file) => !chosen.some(({ moduleId }) => moduleId.endsWith(file)));
    if (missing.length > 0) return { outcome: "broken", said: [`no test file ${missing.join()}`] };
    try {
      this.#ended.clear();
      const ended = await this.#runChosen(vitest, chosen);
      const unrun = ended.outcome === "passed" ? this.#unrunOf(chosen, named) : [];
      return unrun.length > 0 ? { outcome: "broken", said: ["not run:", ...unrun] } : ended;
    } finally {
      if (chosen.some(({ project }) => !WITHOUT_SERVERS.includes(project.name))) await this.leave();
    }
  }

  /** The tests of these files that passed in their first run, and did not in this one, which passed. */
  #unrunOf(chosen: readonly TestSpecification[], named: string | undefined): string[] {
    const pattern = new RegExp(named ?? "");
    return chosen.flatMap(({ moduleId }) => {
      const passed = [...this.#ended.values()].filter(
        (test) => test.module.moduleId === moduleId && test.result().state === "passed",
      );
      const whole = this.#whole.get(moduleId) ?? passed;
      this.#whole.set(moduleId, whole);
      return whole
        .filter(({ fullName }) => pattern.test(fullName.replaceAll(" > ", " ")))
        .filter(({ id }) => !passed.some((test) => test.id === id))
        .map(nameOf);
    });
  }

  async #runChosen(
    vitest: Vitest,
    chosen: TestSpecification[],
  ): Promise<{ outcome: Outcome; said: string[] }> {
    const ended = await Promise.race([this.#endsStuck(), vitest.runTestSpecifications(chosen)]);
    if (!("testModules" in ended)) {
      this.#abandon();
      return { outcome: "failed", said: ended };
    }
    const { unhandledErrors } = ended;
    // The run's own list names the modules of earlier runs too.
    const testModules = chosen.flatMap(({ testModule }) => testModule ?? []);
    const failures = [...this.#ended.values()].filter((test) => test.result().state === "failed").map(nameOf);
    if (failures.length > 0) return { outcome: "failed", said: failures };
    const errors = [...errorsOf(testModules), ...unhandledErrors.map(String)];
    const hasPassed = [...this.#ended.values()].some((test) => test.result().state === "passed");
    if (hasPassed && errors.length === 0) return { outcome: "passed", said: [] };
    return { outcome: "broken", said: hasPassed ? errors : ["no test ran", ...errors] };
  }
}
