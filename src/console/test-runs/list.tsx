import type { Child } from "hono/jsx";
import { Chips } from "../lists/chips.tsx";
import type { Sorting } from "../lists/sorted-head.tsx";
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

type Address = Pick<TestRunsAddress, "q" | "order">;

/** The address of a page of the list: the first, or the one behind a test. */
const pathOf = (projectId: number, { q, order }: Address, after?: TestRunListing["next"]): string => {
  const query = new URLSearchParams({
    ...(q === "" ? {} : { q }),
    ...(order === "newest" ? {} : { order }),
    ...(after && order !== "newest" ? { name: after.name } : {}),
    ...(after ? { after: String(after.id) } : {}),
  });
  return `${testRunsPath(projectId)}${query.size === 0 ? "" : `?${query}`}`;
};

/** How the list is sorted by name; the first page is of the newest. */
const sortOf = (projectId: number, { q, order }: Address): Sorting => ({
  by: "name",
  now: order === "newest" ? undefined : order === "az" ? "ascending" : "descending",
  href: pathOf(projectId, { q, order: order === "az" ? "za" : "az" }),
});

/** A page of a project's tests; `children` stands below it. */
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
          {filter.order !== "newest" && <input type="hidden" name="order" value={filter.order} />}
          <Chips
            chips={
              filter.q === ""
                ? []
                : [{ label: `Search: ${filter.q}`, without: pathOf(project.id, { ...filter, q: "" }) }]
            }
            clear={testRunsPath(project.id)}
          />
        </form>
      </search>
      <Live>
        {rows.length > 0 ? (
          <Table
            caption="Tests"
            heads={["Test", "Runner's command", "Test case"]}
            dense
            numbers={["Test case"]}
            sorts={{ Test: sortOf(project.id, filter) }}
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
          {isFirst ? null : <a href={pathOf(project.id, filter)}>First page</a>}
          {next === undefined ? null : (
            <a href={pathOf(project.id, filter, next)}>
              {filter.order === "newest" ? "Older tests" : "Next page"}
            </a>
          )}
        </nav>
      </Live>
      {children}
    </>
  );
};
