import { mayDo } from "../../access/permissions.ts";
import type { ResultCounts } from "../../jobs/result-counts.ts";
import type { ResultRow } from "../../project-results/protocol.ts";
import { usePageContext } from "../page-context.ts";
import { jobPath } from "../parts/job.tsx";
import { OutcomeMark, outputPath, placeOf, RecentRuns, testPath, testsPath, titleOf } from "./test-parts.tsx";
import type { JobResultsView } from "./view.ts";

const WORDS = [
  ["failed", "failed"],
  ["errors", "with an error"],
  ["missing", "missing from the reports"],
  ["quarantined", "failed in quarantine"],
  ["flaky", "flaky"],
  ["passed", "passed"],
  ["skipped", "skipped"],
] as const;

/** The counts in words, failures first; zero counts are left out. */
const countsText = (counts: ResultCounts): string => {
  const said = WORDS.filter(([of]) => counts[of] > 0).map(([of, word]) => `${counts[of]} ${word}`);
  return said.length === 0 ? "none" : said.join(", ");
};

const Since = ({ projectId, job, row }: { projectId: number; job: number; row: ResultRow }) => {
  const since = row.test.failingSince;
  if (since === null) return null;
  return since === job ? (
    <>new failure</>
  ) : (
    <>
      failing since <a href={jobPath(projectId, since)}>job {since}</a>
    </>
  );
};

const Failed = ({ projectId, job, row }: { projectId: number; job: number; row: ResultRow }) => {
  const { actor } = usePageContext();
  const { test, message, detail } = row;
  const title = titleOf(test.name);
  return (
    <li class="material">
      <OutcomeMark outcome={row.outcome} flaky={row.flaky} />{" "}
      {mayDo(actor, "getTest") ? <a href={testPath(projectId, test.id)}>{title}</a> : title}{" "}
      <span class="quiet">
        <Since projectId={projectId} job={job} row={row} />
        {row.quarantined ? ", in quarantine" : ""}
      </span>
      <span class="quiet block">{placeOf(test.name)}</span>
      {message !== null && <p class="note">{message}</p>}
      {detail !== null && (
        <details>
          <summary>Details</summary>
          <pre>{detail}</pre>
        </details>
      )}
      <RecentRuns strip={test.strip} />
    </li>
  );
};

interface Of {
  projectId: number;
  id: number;
}

/** The results of a run's tests: failures first, each with its message and since when it fails. */
export const JobResults = ({
  job: { projectId, id },
  results,
}: {
  job: Of;
  results: JobResultsView | null;
}) => {
  const { actor } = usePageContext();
  if (results === null) return null;
  const { counts, red } = results;
  const due = counts.failed + counts.errors + counts.quarantined;
  return (
    <section class="card">
      <h2>Tests</h2>
      <p>{countsText(counts)}</p>
      {red.length > 0 && (
        <ul class="lines">
          {red.map((row) => (
            <Failed projectId={projectId} job={id} row={row} />
          ))}
        </ul>
      )}
      {due > red.length && <p class="quiet">The first {red.length} of them.</p>}
      <p class="row">
        {mayDo(actor, "listTests") && <a href={testsPath(projectId)}>All tests of the project</a>}
        {mayDo(actor, "readLog") && <a href={outputPath(projectId, id)}>Output</a>}
      </p>
    </section>
  );
};
