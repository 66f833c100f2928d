import { describe, expect, test } from "vitest";
import { DEFAULT_RULES, isOutage, judgeFlaky, type Seen } from "../../src/project-results/flaky-rules.ts";

const DAY = 24 * 3600 * 1000;
const NOW = 100 * DAY;

/** Runs of one test, an hour apart, the last one now: p(assed), f(ailed), s(kipped), y (failed, then passed). */
const runs = (marks: string, facts: (place: number) => Partial<Seen> = () => ({})): Seen[] =>
  [...marks].map((mark, place) => ({
    job: place + 1,
    attempt: 1,
    content: "build 1",
    hasBuild: true,
    at: NOW - (marks.length - 1 - place) * 3600 * 1000,
    outcome: mark === "f" ? "failed" : mark === "s" ? "skipped" : "passed",
    flaky: mark === "y",
    discounted: false,
    ...facts(place),
  }));

const verdictOf = (seen: Seen[], rules = DEFAULT_RULES) => judgeFlaky(seen, rules, NOW);

describe("a test is flaky", () => {
  test("whose outcome changed within one build, and both runs are named", () => {
    expect(verdictOf(runs("pf"))).toMatchObject({
      isFlaky: true,
      evidence: [{ rule: "build", content: "build 1", jobs: [1, 2] }],
    });
  });

  test("that failed and then passed within one run", () => {
    expect(verdictOf(runs("py"))).toMatchObject({ isFlaky: true, evidence: [{ rule: "retry", job: 2 }] });
  });

  test("whose outcome changed often enough on the same materials, where no build is given", () => {
    const without = () => ({ hasBuild: false, content: "materials 1" });
    expect(verdictOf(runs("pfpf", without)).isFlaky).toBe(true);
    expect(verdictOf(runs("pppfffpp", without))).toMatchObject({ isFlaky: false, evidence: [{}, {}] });
  });

  test("only by evidence of the project's number of days, and by the amount that it wants", () => {
    const old = runs("pf", () => ({ at: NOW - DEFAULT_RULES.days * DAY }));
    expect(verdictOf(old)).toEqual({ isFlaky: false, evidence: [] });
    expect(verdictOf(runs("pf"), { ...DEFAULT_RULES, changesOfBuild: 2 }).isFlaky).toBe(false);
    expect(verdictOf(runs("py"), { ...DEFAULT_RULES, retries: 2 }).isFlaky).toBe(false);
  });
});

describe("a test is not flaky", () => {
  test("that broke with one build and was mended with another", () => {
    const builds = runs("ppffpp", (place) => ({ content: `build ${Math.floor(place / 2)}` }));
    expect(verdictOf(builds)).toEqual({ isFlaky: false, evidence: [] });
  });

  test("that was skipped between two runs alike", () => {
    expect(verdictOf(runs("psp")).isFlaky).toBe(false);
  });

  test("by runs that count against no test", () => {
    const outage = runs("pfp", (place) => ({ discounted: place === 1 }));
    expect(verdictOf(outage)).toEqual({ isFlaky: false, evidence: [] });
  });
});

test("a run is an outage where more than 80 % of at least five results are red", () => {
  expect(isOutage({ ran: 10, red: 9 })).toBe(true);
  expect(isOutage({ ran: 10, red: 8 })).toBe(false);
  expect(isOutage({ ran: 4, red: 4 })).toBe(false);
});

/** A generator of numbers from 0 to 1 that gives the same ones each time. */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

describe.each([1, 2, 3])("of 1,000 tests in 20 runs of known flakiness (seed %s)", (seed) => {
  const random = randomFrom(seed);
  /** Each build is run twice; 100 tests are flaky, 100 break with a build and are mended with a later one. */
  const simulate = (outages: readonly number[]) =>
    Array.from({ length: 1000 }, (_, place) => {
      const flakiness = place < 100 ? 0.2 + 0.3 * random() : 0;
      const breaksAt = place >= 100 && place < 200 ? Math.floor(random() * 10) : 10;
      const mendedAt = breaksAt + 1 + Math.floor(random() * 3);
      const marks = Array.from({ length: 20 }, (_, run) => {
        const build = Math.floor(run / 2);
        const broken = build >= breaksAt && build < mendedAt;
        return outages.includes(run) || broken || random() < flakiness ? "f" : "p";
      }).join("");
      const seen = runs(marks, (run) => ({
        content: `build ${Math.floor(run / 2)}`,
        discounted: outages.includes(run),
      }));
      return { isFlaky: place < 100, found: verdictOf(seen).isFlaky };
    });

  test("at least 0.95 of what is found is flaky, and at least 0.9 of the flaky ones are found", () => {
    const judged = simulate([]);
    const found = judged.filter((each) => each.found);
    const right = found.filter((each) => each.isFlaky).length;
    expect(right / found.length).toBeGreaterThanOrEqual(0.95);
    expect(right / 100).toBeGreaterThanOrEqual(0.9);
  });

  test("an outage of the lab makes no test flaky", () => {
    const sound = simulate([5, 11]).filter((each) => !each.isFlaky);
    expect(sound.filter((each) => each.found)).toEqual([]);
  });
});
