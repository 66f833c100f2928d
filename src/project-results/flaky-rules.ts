import { DAY_MS } from "../wire/durations.ts";

/** What a project takes for flaky: how many pieces of evidence, of how many days, it wants. */
export interface FlakyRules {
  /** Only evidence of so many days counts. */
  days: number;
  /** How many changes of outcome within one build. */
  changesOfBuild: number;
  /** The same where a run does not tell its build, so that only its materials are known to be the same. */
  changesOfMaterials: number;
  /** How many times it failed and then passed within one run. */
  retries: number;
}

export const DEFAULT_RULES: FlakyRules = { days: 14, changesOfBuild: 1, changesOfMaterials: 3, retries: 1 };

/** One run of a test, as the rules see it. */
export interface Seen {
  job: number;
  attempt: number;
  content: string;
  hasBuild: boolean;
  /** Epoch milliseconds. */
  at: number;
  outcome: "passed" | "skipped" | "failed" | "error";
  /** It failed, and passed when it was tried again in the same run. */
  flaky: boolean;
  /** The run counts against no test. */
  discounted: boolean;
}

/** Why a test is taken for flaky: what a person can look up. */
export type Evidence =
  | { rule: "retry"; job: number; attempt: number; at: number }
  | {
      rule: "build" | "materials";
      content: string;
      at: number;
      /** The two runs of one content that ended differently, the earlier first. */
      jobs: [number, number];
    };

export interface Verdict {
  isFlaky: boolean;
  evidence: Evidence[];
}

const isRed = ({ outcome }: Seen): boolean => outcome === "failed" || outcome === "error";

/** The changes of outcome between one run and the next of the same content. */
const changesOf = (runs: readonly Seen[]): Evidence[] => {
  const last = new Map<string, Seen>();
  const found: Evidence[] = [];
  for (const run of runs) {
    const key = `${run.hasBuild} ${run.content}`;
    const before = last.get(key);
    last.set(key, run);
    if (!before || isRed(before) === isRed(run)) continue;
    const rule = run.hasBuild ? "build" : "materials";
    found.push({ rule, content: run.content, at: run.at, jobs: [before.job, run.job] });
  }
  return found;
};

/**
 * Judges one test by its runs, in the order that they were made, at `now`. Two rules: its outcome changed on the same
 * content, and it failed and then passed within one run. Skipped runs and discounted ones say nothing.
 */
export const judgeFlaky = (runs: readonly Seen[], rules: FlakyRules, now: number): Verdict => {
  const counted = runs.filter(
    (run) => !run.discounted && run.outcome !== "skipped" && run.at > now - rules.days * DAY_MS,
  );
  const changes = changesOf(counted);
  const retries = counted.flatMap(({ flaky, job, attempt, at }): Evidence[] =>
    flaky ? [{ rule: "retry", job, attempt, at }] : [],
  );
  const many = (rule: Evidence["rule"]) => changes.filter((change) => change.rule === rule).length;
  const isFlaky =
    many("build") >= rules.changesOfBuild ||
    many("materials") >= rules.changesOfMaterials ||
    retries.length >= rules.retries;
  return { isFlaky, evidence: [...changes, ...retries].sort((one, other) => one.at - other.at) };
};

const DISCOUNTED_SHARE = 0.8;
const FEWEST_RESULTS = 5;

/** Whether a run says more of where it ran than of its tests: more than 80 % of at least five results are red. */
export const isOutage = ({ ran, red }: { ran: number; red: number }): boolean =>
  ran >= FEWEST_RESULTS && red > DISCOUNTED_SHARE * ran;
