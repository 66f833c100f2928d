import type { TestRow } from "../../project-results/protocol.ts";
import { TEST_SORTS } from "../../project-results/test-lists.ts";
import { Chips } from "../lists/chips.tsx";
import type { Sorting } from "../lists/sorted-head.tsx";
import { usePageContext } from "../page-context.ts";
import { Live } from "../parts/frame.tsx";
import { Empty, jobPath } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, shortText } from "../parts/time.tsx";
import { OverviewOfTests } from "./overview.tsx";
import { placeOf, RecentRuns, rulesPath, testPath, testsPath, titleOf } from "./test-parts.tsx";
import type { TestList } from "./view.ts";

/** The query parameters of the list. */
export interface TestsAddress {
  search?: string | undefined;
  failure?: string | undefined;
  sort: (typeof TEST_SORTS)[number];
}

const SORT_WORDS: Record<TestsAddress["sort"], string> = {
  recent: "The last run first",
  failures: "Those that failed, the most often first",
  flakiness: "Those that are flaky first",
  slowness: "The slowest first",
};

const isQuarantined = ({ quarantinedUntil }: TestRow, now: number): boolean =>
  quarantinedUntil !== null && quarantinedUntil > now;

const Row = ({ projectId, test, now }: { projectId: number; test: TestRow; now: number }) => (
  <tr>
    <th scope="row">
      <a href={testPath(projectId, test.id)}>{titleOf(test.name)}</a>
      <span class="quiet block">{placeOf(test.name)}</span>
    </th>
    <td data-label="Last runs">
      <RecentRuns strip={test.strip} />
    </td>
    <td data-label="Failures">
      {test.failures}
      {test.failingSince !== null && (
        <span class="quiet block">
          since <a href={jobPath(projectId, test.failingSince)}>job {test.failingSince}</a>
        </span>
      )}
    </td>
    <td data-label="Flaky">
      {test.isFlaky ? "flaky" : ""}
      {isQuarantined(test, now) && <span class="quiet block">in quarantine</span>}
    </td>
    <td data-label="Usually takes">{test.meanMs === null ? "" : shortText(test.meanMs)}</td>
    <td data-label="Last run">{test.lastAt === null ? "" : <Ago at={test.lastAt} />}</td>
  </tr>
);

const pathOf = (projectId: number, { search, sort }: TestsAddress, after?: number): string => {
  const query = new URLSearchParams({
    ...(search ? { search } : {}),
    ...(sort === "recent" ? {} : { sort }),
    ...(after === undefined ? {} : { after: String(after) }),
  });
  return `${testsPath(projectId)}${query.size === 0 ? "" : `?${query}`}`;
};

/** The columns that the list is sorted by, the most first. */
const sortsOf = (projectId: number, filter: TestsAddress): Record<string, Sorting> =>
  Object.fromEntries(
    (
      [
        ["Failures", "failures"],
        ["Flaky", "flakiness"],
        ["Usually takes", "slowness"],
        ["Last run", "recent"],
      ] as const
    ).map(([head, sort]) => [
      head,
      { href: pathOf(projectId, { ...filter, sort }), now: filter.sort === sort ? "descending" : undefined },
    ]),
  );

const Filters = ({ projectId, filter }: { projectId: number; filter: TestsAddress }) => (
  <search>
    <form class="filters" method="get" aria-label="Tests">
      <label for="search">Name</label>
      <input
        type="search"
        id="search"
        name="search"
        value={filter.search ?? ""}
        placeholder="Part of it, or #id"
      />
      <label for="failure">Failed with</label>
      <input
        type="search"
        id="failure"
        name="failure"
        minlength={3}
        placeholder="words of a failure"
        value={filter.failure ?? ""}
      />
      <label for="sort">Order</label>
      <select id="sort" name="sort">
        {TEST_SORTS.map((sort) => (
          <option value={sort} selected={filter.sort === sort}>
            {SORT_WORDS[sort]}
          </option>
        ))}
      </select>
      <button type="submit">Show</button>
      <Chips
        chips={
          filter.search
            ? [{ label: `Search: ${filter.search}`, without: pathOf(projectId, { sort: filter.sort }) }]
            : []
        }
        clear={testsPath(projectId)}
      />
    </form>
  </search>
);

const noneText = ({ search, failure }: TestsAddress): string => {
  if (failure) return "No test failed so of late.";
  return search ? "No test is called so." : "No report of a run came in yet.";
};

/** A project's tests with their latest runs, below the project in short. */
export const TestsOfProject = ({ list, filter }: { list: TestList; filter: TestsAddress }) => {
  const { now } = usePageContext();
  const { project, rows, next, overview } = list;
  return (
    <>
      <Filters projectId={project.id} filter={filter} />
      <p class="row">
        <a href={rulesPath(project.id)}>Rules for flaky tests</a>
      </p>
      <Live>
        {overview !== null && <OverviewOfTests projectId={project.id} overview={overview} />}
        {rows.length === 0 ? (
          <Empty title={noneText(filter)}>
            <p>A host sends the reports of its runs by itself; a pipeline can send them by the API.</p>
          </Empty>
        ) : (
          <Table
            caption="Tests"
            heads={["Test", "Last runs", "Failures", "Flaky", "Usually takes", "Last run"]}
            sorts={sortsOf(project.id, filter)}
          >
            {rows.map((test) => (
              <Row projectId={project.id} test={test} now={now} />
            ))}
          </Table>
        )}
        {next !== undefined && <a href={pathOf(project.id, filter, next)}>Next page</a>}
      </Live>
    </>
  );
};
