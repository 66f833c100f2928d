import type { RunTotals } from "../../project-results/run-totals.ts";
import { shortText, Time } from "../parts/time.tsx";
import { Bars, JobLink, Key } from "./chart-parts.tsx";

const PARTS = [
  ["completed", "passed", "Passed"],
  ["not_run", "flaky", "Flaky"],
  ["failed", "failed", "Failed"],
  ["cancelled", "skipped", "Skipped"],
] as const;

const wordsOf = (run: RunTotals): string =>
  PARTS.filter(([, of]) => run[of] > 0)
    .map(([, of, word]) => `${run[of]} ${word.toLowerCase()}`)
    .join(", ");

/** The outcomes and the duration of a project's last runs, as two charts and a table of their numbers. */
export const RunChart = ({ projectId, runs }: { projectId: number; runs: readonly RunTotals[] }) => (
  <figure class="chart">
    <Bars
      label={(most) => `${most} results of a run`}
      bars={runs.map((run) => ({
        title: `job ${run.job}: ${wordsOf(run)}`,
        parts: PARTS.map(([look, of]) => ({ look, size: run[of] })),
      }))}
    />
    <Key entries={PARTS.map(([look, , word]) => [look, word] as const)} />
    <Bars
      label={(most) => `${shortText(most)} in all tests of a run`}
      bars={runs.map((run) => ({
        title: `job ${run.job}: ${shortText(run.durationMs)}`,
        parts: [{ look: "cancelled", size: run.durationMs }],
      }))}
    />
    <details class="numbers">
      <summary>The numbers</summary>
      <section class="scroll" tabindex={0} aria-label="The last runs in numbers">
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">When</th>
              {PARTS.map(([, , word]) => (
                <th scope="col">{word}</th>
              ))}
              <th scope="col">Tests took</th>
            </tr>
          </thead>
          <tbody>
            {runs.toReversed().map((run) => (
              <tr>
                <th scope="row">
                  <JobLink projectId={projectId} job={run.job} />
                  {run.discounted && <span class="quiet block">counts against no test</span>}
                </th>
                <td>
                  <Time at={run.at} />
                </td>
                {PARTS.map(([, of]) => (
                  <td>{run[of]}</td>
                ))}
                <td>{shortText(run.durationMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  </figure>
);
