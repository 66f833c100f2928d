import { mayDo } from "../../access/permissions.ts";
import type { ResultCounts } from "../../jobs/result-counts.ts";
import type { RedGroup, ResultRow } from "../../project-results/protocol.ts";
import { usePageContext } from "../page-context.ts";
import { jobPath } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { TestRunList } from "../parts/test-run-list.tsx";
import { shortText } from "../parts/time.tsx";
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

/** How much of the message of a test that did not fail is shown. */
const MESSAGE_CHARACTERS = 200;

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
      <span class="quiet block">
        {placeOf(test.name)}
        {row.durationMs !== null && <span class="took">{shortText(row.durationMs)}</span>}
      </span>
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

/** A test that did not fail. */
const Other = ({ projectId, row }: { projectId: number; row: ResultRow }) => {
  const { actor } = usePageContext();
  const { test, message, durationMs } = row;
  const title = titleOf(test.name);
  return (
    <tr>
      <th scope="row">
        {mayDo(actor, "getTest") ? <a href={testPath(projectId, test.id)}>{title}</a> : title}{" "}
        <span class="quiet">{placeOf(test.name)}</span>
        {message !== null && <span class="quiet cut">{message.slice(0, MESSAGE_CHARACTERS)}</span>}
      </th>
      <td data-label="Outcome">
        <OutcomeMark outcome={row.outcome} flaky={row.flaky} />
      </td>
      <td data-label="Took" class="number">
        {durationMs === null ? "" : shortText(durationMs)}
      </td>
    </tr>
  );
};

/** The tests that passed or were skipped: the first few of them, or a page of them all. */
const Others = ({ of: { projectId, id }, results }: { of: Of; results: JobResultsView }) => {
  const { counts, others, after, hasMore } = results;
  const total = counts.passed + counts.skipped;
  if (total === 0) return null;
  const pageFrom = (from: number) => `${jobPath(projectId, id)}?tests=${from}#tests`;
  const last = others.at(-1);
  return (
    <>
      {others.length > 0 && (
        <Table caption="Tests that did not fail" heads={["Test", "Outcome", "Took"]} numbers={["Took"]}>
          {others.map((row) => (
            <Other projectId={projectId} row={row} />
          ))}
        </Table>
      )}
      <nav class="pager" aria-label="Tests that did not fail">
        {after !== undefined && after > 0 && <a href={pageFrom(0)}>First tests</a>}
        {after === undefined && hasMore && <a href={pageFrom(0)}>Show all {total} that did not fail</a>}
        {after !== undefined && hasMore && last && <a href={pageFrom(last.id)}>Further tests</a>}
      </nav>
    </>
  );
};

/** The tests that a job is to run, by its schedule. */
const Due = ({ of: { testRuns }, due }: { of: Of; due: TestRuns }) =>
  testRuns === 0 ? (
    <p class="quiet">It names no tests: the host runs everything.</p>
  ) : (
    <TestRunList count={testRuns} testRuns={due} />
  );

const Results = ({ of: job, results }: { of: Of; results: JobResultsView }) => {
  const { actor } = usePageContext();
  const { before } = job;
  const { counts, red } = results;
  const failed = counts.failed + counts.errors + counts.quarantined;
  const shown = red.filter(({ rows }) => rows.length > 0);
  const grouped = shown.reduce((sum, { failures }) => sum + failures, 0);
  return (
    <>
      <p>{countsText(counts)}</p>
      {shown.map((group) => (
        <Group of={job} group={group} />
      ))}
      <MissingTests count={counts.missing} tests={results.missing} />
      <FlakyTests projectId={job.projectId} count={counts.flaky} rows={results.flaky} />
      {failed > grouped && <p class="quiet">{failed - grouped} more failed; an export has all of them.</p>}
      <Others of={job} results={results} />
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
    </>
  );
};

type TestRuns = Parameters<typeof TestRunList>[0]["testRuns"];

interface Of {
  projectId: number;
  id: number;
  /** How many tests it is to run. */
  testRuns: number;
  /** The run before it, to compare with. */
  before: number | null;
}

/**
 * A run's tests: the failed ones first and by kind, each with its message and since when it fails; then the others, and
 * `due`, what it was to run. Before a report came in, that alone.
 */
export const JobResults = ({
  job,
  due,
  results,
}: {
  job: Of;
  due: TestRuns;
  results: JobResultsView | null;
}) => (
  <section class="card" id="tests">
    <h2>Tests</h2>
    {results === null ? (
      <Due of={job} due={due} />
    ) : (
      <>
        <Results of={job} results={results} />
        <details class="more">
          <summary>What it was to run</summary>
          <Due of={job} due={due} />
        </details>
      </>
    )}
  </section>
);
