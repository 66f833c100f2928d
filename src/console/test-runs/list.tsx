import type { Child } from "hono/jsx";
import { Live } from "../parts/frame.tsx";
import { Empty } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import type { ListedTestRun } from "./store.ts";
import type { TestRunListing, TestRunsAddress } from "./view.ts";

export const testRunsPath = (projectId: number): string => `/console/projects/${projectId}/test-runs`;
export const testRunPath = (projectId: number, id: number): string => `${testRunsPath(projectId)}/${id}`;

const Row = ({ projectId, run }: { projectId: number; run: ListedTestRun }) => (
  <tr>
    <th scope="row">
      <a href={testRunPath(projectId, run.id)} title={run.name}>
        {run.name} <span class="quiet">#{run.id}</span>
      </a>
    </th>
    <td data-label="Command" title={run.content}>
      <code>{run.content}</code>
    </td>
    <td data-label="Test case" class="number">
      {run.caseId}
    </td>
  </tr>
);

const nextPage = (projectId: number, { q }: TestRunsAddress, after: number): string =>
  `${testRunsPath(projectId)}?${new URLSearchParams({ ...(q === "" ? {} : { q }), after: String(after) })}`;

/** A page of a project's tests, newest first; `children` stands below it. */
export const TestRunList = ({
  list,
  filter,
  children,
}: {
  list: TestRunListing;
  filter: TestRunsAddress;
  children: Child;
}) => {
  const { project, rows, next } = list;
  const isFirst = filter.after === undefined;
  return (
    <>
      <search>
        <form class="filters" method="get" action={testRunsPath(project.id)} aria-label="Tests">
          <label for="q">Search</label>
          <input type="search" id="q" name="q" value={filter.q} placeholder="Name or command" />
          <button type="submit">Show</button>
          {filter.q !== "" && (
            <a class="button plain" href={testRunsPath(project.id)}>
              Clear
            </a>
          )}
        </form>
      </search>
      <Live>
        {rows.length > 0 ? (
          <Table
            caption="Tests"
            heads={["Test", "Runner's command", "Test case"]}
            dense
            numbers={["Test case"]}
          >
            {rows.map((run) => (
              <Row projectId={project.id} run={run} />
            ))}
          </Table>
        ) : filter.q !== "" || !isFirst ? (
          <Empty title="No test here matches">
            <p>{next === undefined ? "Try another name." : "There are more to look through."}</p>
          </Empty>
        ) : (
          <Empty title="No test yet">
            <p>Bring in a report of your tool, or a table: each test of it is one here.</p>
          </Empty>
        )}
        <nav class="pager" aria-label="Pages">
          {isFirst ? null : <a href={testRunsPath(project.id)}>First page</a>}
          {next === undefined ? null : <a href={nextPage(project.id, filter, next)}>Older tests</a>}
        </nav>
      </Live>
      {children}
    </>
  );
};
