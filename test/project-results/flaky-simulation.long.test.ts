import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ProjectResults } from "../../src/index.ts";
import type { NewResult } from "../../src/project-results/protocol.ts";
import { START } from "../world.ts";

const TESTS = 1000;
const FLAKY = 100;
const RUNS = 20;
const HOUR_MS = 3_600_000;

/** A generator of numbers from 0 to 1 that gives the same ones each time. */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Whether a test fails in one run of a build. */
type Behaviour = (build: number) => boolean;

/** The first 100 tests are flaky; the next 100 break with a build, and most of them are mended with a later one. */
const behaviours = (random: () => number): Behaviour[] =>
  Array.from({ length: TESTS }, (_, place) => {
    if (place < FLAKY) {
      const flakiness = 0.2 + 0.3 * random();
      return () => random() < flakiness;
    }
    const breaksAt = place < 2 * FLAKY ? Math.floor((random() * RUNS) / 2) : Number.POSITIVE_INFINITY;
    const mendedAt = breaksAt + 1 + Math.floor(random() * 5);
    return (build) => build >= breaksAt && build < mendedAt;
  });

/** One run: its build, and whether each test fails. */
interface Run {
  build: number;
  red: boolean[];
}

/** Twenty runs, two of each build. */
const simulate = (random: () => number): Run[] => {
  const tests = behaviours(random);
  return Array.from({ length: RUNS }, (_, run) => {
    const build = Math.floor(run / 2);
    return { build, red: tests.map((fails) => fails(build)) };
  });
};

/** The lab is down: nearly every test fails, whatever it does otherwise. */
const outage = ({ build }: Run, random: () => number): Run => ({
  build,
  red: Array.from({ length: TESTS }, () => random() < 0.9),
});

const resultOf = (place: number, isRed: boolean): NewResult => ({
  name: { file: "lab.test.ts", suites: ["lab"], title: `test ${place}`, parameters: null },
  ...{ outcome: isRed ? "failed" : "passed", message: isRed ? "no answer" : null, detail: null },
  ...{ flaky: false, durationMs: 5, attempts: 1, testRunId: null },
});

/** The places of the tests that a project's object takes for flaky once it has these runs. */
const flakyAfter = (project: string, runs: readonly Run[]): Promise<number[]> =>
  runInDurableObject(env.PROJECT_RESULTS.getByName(project), (object: ProjectResults) => {
    for (const [place, { build, red }] of runs.entries())
      object.takeReport({
        run: {
          ...{ job: place + 1, attempt: 1, hostId: 1, due: 0, isLost: false },
          ...{ content: `build ${build}`, hasBuild: true, isReported: true, repeats: null },
        },
        report: "junit.xml",
        results: red.map((isRed, each) => resultOf(each, isRed)),
        file: null,
        now: START + place * HOUR_MS,
      });
    return object
      .tests(
        { search: null, failure: null, sort: "flakiness", after: 0, limit: TESTS },
        START + runs.length * HOUR_MS,
      )
      .filter(({ isFlaky }) => isFlaky)
      .map(({ name }) => Number(name.title.replace("test ", "")))
      .sort((one, other) => one - other);
  });

describe.each([11, 12])("of 1,000 tests in 20 reports (seed %s)", (seed) => {
  const runs = simulate(randomFrom(seed));

  test("at least 0.95 of those marked flaky are, and at least 0.9 of the flaky ones are marked", async () => {
    const marked = await flakyAfter(`simulated ${seed}`, runs);
    const right = marked.filter((place) => place < FLAKY).length;
    expect(right / marked.length).toBeGreaterThanOrEqual(0.95);
    expect(right / FLAKY).toBeGreaterThanOrEqual(0.9);
  });

  test("an outage of the lab that is replayed between them marks none more", async () => {
    const random = randomFrom(seed + 100);
    const replayed = runs.flatMap((run, place) => (place % 7 === 3 ? [run, outage(run, random)] : [run]));
    expect(replayed).toHaveLength(RUNS + 3);
    const marked = await flakyAfter(`simulated ${seed}`, runs);
    expect(await flakyAfter(`replayed ${seed}`, replayed)).toEqual(marked);
  });
});
