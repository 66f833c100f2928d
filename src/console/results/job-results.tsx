import { mayDo } from "../../access/permissions.ts";
import type { ResultCounts } from "../../jobs/result-counts.ts";
import type { RedGroup, ResultRow } from "../../project-results/protocol.ts";
import { usePageContext } from "../page-context.ts";
import { jobPath } from "../parts/job.tsx";
import { FlakyTests, MissingTests } from "./named-tests.tsx";
import {
  comparePath,
  OutcomeMark,
  placeOf,
  RecentRuns,
  testPath,
  testsPath,
  titleOf,
} from "./test-parts.tsx";
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
    <li class="material" data-failed-test={test.name.title}>
      <OutcomeMark outcome={row.outcome} flaky={row.flaky} quarantined={row.quarantined} />{" "}
      {mayDo(actor, "getTest") ? <a href={testPath(projectId, test.id)}>{title}</a> : title}{" "}
      <span class="quiet">
        <Since projectId={projectId} job={job} row={row} />
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

/** The failures of one kind; a failure that is alone of its kind stands by itself. */
const Group = ({ of: { projectId, id }, group }: { of: Of; group: RedGroup }) => {
  const rows = group.rows.map((row) => <Failed projectId={projectId} job={id} row={row} />);
  if (group.failures === 1) return <ul class="lines">{rows}</ul>;
  return (
    <section class="kind">
      <h3 class="lesser">{group.failures} tests failed alike</h3>
      <p class="note">{group.group}</p>
      <ul class="lines">{rows}</ul>
      {group.rows.length < group.failures && <p class="quiet">The first {group.rows.length} of them.</p>}
    </section>
  );
};

const FORMS = [
  ["junit.xml", "JUnit"],
  ["ctrf.json", "CTRF"],
  ["results.csv", "CSV"],
] as const;

const Exports = ({ of: { projectId, id } }: { of: Of }) => (
  <>
    <span class="quiet">Export:</span>
    {FORMS.map(([form, word]) => (
      <a href={`${jobPath(projectId, id)}/export/${form}`}>{word}</a>
    ))}
  </>
);

interface Of {
  projectId: number;
  id: number;
}

/** The results of a run's tests: failures first and by kind, each with its message and since when it fails. */
export const JobResults = ({
  job,
  results,
  before,
}: {
  job: Of;
  results: JobResultsView | null;
  /** The run before it, to compare with. */
  before: number | null;
}) => {
  const { actor } = usePageContext();
  if (results === null) return null;
  const { counts, red } = results;
  const due = counts.failed + counts.errors + counts.quarantined;
  const shown = red.filter(({ rows }) => rows.length > 0);
  const grouped = shown.reduce((sum, { failures }) => sum + failures, 0);
  return (
    <section class="card">
      <h2>Tests</h2>
      <p>{countsText(counts)}</p>
      {shown.map((group) => (
        <Group of={job} group={group} />
      ))}
      <MissingTests count={counts.missing} tests={results.missing} />
      <FlakyTests projectId={job.projectId} count={counts.flaky} rows={results.flaky} />
      {due > grouped && <p class="quiet">{due - grouped} more failed; an export has all of them.</p>}
      <p class="row">
        {mayDo(actor, "listTests") && <a href={testsPath(job.projectId)}>All tests of the project</a>}
        {mayDo(actor, "compareJobs") && (
          <a href={comparePath(job.projectId, job.id, before ?? undefined)}>
            Compare with {before === null ? "another job" : `job ${before}, the run before`}
          </a>
        )}
        {mayDo(actor, "readLog") && <a href="#output">Output</a>}
        <Exports of={job} />
      </p>
    </section>
  );
};
