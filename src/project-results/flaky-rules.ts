import { DAY_MS } from "../wire/durations.ts";

/** How much evidence, within how many days, makes a test flaky in a project. */
export interface FlakyRules {
  /** Only evidence of this many days counts. */
  days: number;
  /** Changes of outcome within one build. */
  changesOfBuild: number;
  /** Changes of outcome within one set of materials, for runs that report no build. */
  changesOfMaterials: number;
  /** Failures followed by a pass within one run. */
  retries: number;
}

export const DEFAULT_RULES: FlakyRules = { days: 14, changesOfBuild: 1, changesOfMaterials: 3, retries: 1 };

/** A run of a test, for the rules. */
export interface Seen {
  job: number;
  attempt: number;
  content: string;
  hasBuild: boolean;
  /** Epoch milliseconds. */
  at: number;
  outcome: "passed" | "skipped" | "failed" | "error";
  /** The test failed and passed on a retry in the same run. */
  flaky: boolean;
  /** The run counts against no test. */
  discounted: boolean;
}

/** Evidence of flakiness that a person can look up. */
export type Evidence = {
  /** The first run of it: it counts as long as that run is young enough. */
  from: number;
} & (
  | { rule: "retry"; job: number; attempt: number; at: number }
  | {
      rule: "build" | "materials";
      content: string;
      at: number;
      /** The two runs of one content with different outcomes, the earlier first. */
      jobs: [number, number];
    }
);

export interface Verdict {
  isFlaky: boolean;
  evidence: Evidence[];
}

const isRed = ({ outcome }: Seen): boolean => outcome === "failed" || outcome === "error";

/** The changes of outcome between consecutive runs of the same content. */
const changesOf = (runs: readonly Seen[]): Evidence[] => {
  const last = new Map<string, Seen>();
  const found: Evidence[] = [];
  for (const run of runs) {
    const key = `${run.hasBuild} ${run.content}`;
    const before = last.get(key);
    last.set(key, run);
    if (!before || isRed(before) === isRed(run)) continue;
    const rule = run.hasBuild ? "build" : "materials";
    found.push({ rule, content: run.content, at: run.at, from: before.at, jobs: [before.job, run.job] });
  }
  return found;
};

/**
 * Judges one test by its runs, in order, at `now`. Evidence is a change of outcome on the same content, or a failure
 * and a pass within one run. Skipped and discounted runs are ignored.
 */
export const judgeFlaky = (runs: readonly Seen[], rules: FlakyRules, now: number): Verdict => {
  const counted = runs.filter(
    (run) => !run.discounted && run.outcome !== "skipped" && run.at > now - rules.days * DAY_MS,
  );
  const changes = changesOf(counted);
  const retries = counted.flatMap(({ flaky, job, attempt, at }): Evidence[] =>
    flaky ? [{ rule: "retry", job, attempt, at, from: at }] : [],
  );
  const many = (rule: Evidence["rule"]) => changes.filter((change) => change.rule === rule).length;
  const isFlaky =
    many("build") >= rules.changesOfBuild ||
    many("materials") >= rules.changesOfMaterials ||
    retries.length >= rules.retries;
  return { isFlaky, evidence: [...changes, ...retries].sort((one, other) => one.at - other.at) };
};

/** When the oldest of this evidence is too old to count, epoch milliseconds; null without evidence. */
export const staleAt = (evidence: readonly Evidence[], { days }: FlakyRules): number | null =>
  evidence.length === 0 ? null : Math.min(...evidence.map(({ from }) => from)) + days * DAY_MS;

const DISCOUNTED_SHARE = 0.8;
const MIN_RESULTS = 5;

/** Whether a run is an outage of its environment: more than 80 % of at least five results are red. */
export const isOutage = ({ ran, red }: { ran: number; red: number }): boolean =>
  ran >= MIN_RESULTS && red > DISCOUNTED_SHARE * ran;
