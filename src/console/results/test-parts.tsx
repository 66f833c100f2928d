import type { TestName } from "../../project-results/outcomes.ts";
import { Icon } from "../parts/icon.tsx";

export const testsPath = (projectId: number): string => `/console/projects/${projectId}/tests`;
export const testPath = (projectId: number, id: number): string => `${testsPath(projectId)}/${id}`;
export const rulesPath = (projectId: number): string => `/console/projects/${projectId}/flaky-rules`;
/** Without another job the page asks for it. */
export const comparePath = (projectId: number, job: number, other?: number): string =>
  `/console/projects/${projectId}/jobs/${job}/compare${other === undefined ? "" : `?with=${other}`}`;
export const logPath = (projectId: number, job: number): string =>
  `/console/projects/${projectId}/jobs/${job}/log`;

/** A test's title with its parameters. */
export const titleOf = ({ title, parameters }: TestName): string =>
  parameters === null ? title : `${title} ${parameters}`;

/** A test's file and suites. */
export const placeOf = ({ file, suites }: TestName): string =>
  [...(file === null ? [] : [file]), ...suites].join(" › ");

const MARKS = {
  passed: ["completed", "Passed"],
  skipped: ["cancelled", "Skipped"],
  failed: ["failed", "Failed"],
  error: ["failed", "Error"],
  flaky: ["not_run", "Flaky"],
} as const;

interface Result {
  outcome: "passed" | "skipped" | "failed" | "error";
  flaky: boolean;
  quarantined?: boolean;
}

/** The outcome of a test; a flaky one failed first and passed on a retry. Under quarantine a failure fails no job. */
export const OutcomeMark = ({ outcome, flaky, quarantined = false }: Result) => {
  const [look, word] = MARKS[flaky ? "flaky" : outcome];
  const shown = quarantined ? "not_run" : look;
  return (
    <span class={`mark ${shown}`}>
      <Icon name={shown} />
      {quarantined ? `${word}, in quarantine` : word}
    </span>
  );
};

const LETTERS: Readonly<Record<string, keyof typeof MARKS>> = {
  p: "passed",
  y: "flaky",
  s: "skipped",
  f: "failed",
  e: "error",
};

/** A test's last runs, newest on the right: one shape for each outcome, and the number of failures in words. */
export const RecentRuns = ({ strip }: { strip: string }) => {
  const runs = [...strip].reverse().map((letter) => LETTERS[letter] ?? "skipped");
  const red = runs.filter((run) => run === "failed" || run === "error").length;
  return (
    <span class="marks" role="img" aria-label={`${red} of the last ${runs.length} runs failed`}>
      {runs.map((run) => (
        <span class={`dot ${MARKS[run][0]}`} title={MARKS[run][1]} />
      ))}
    </span>
  );
};
