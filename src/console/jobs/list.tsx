import { type Actor, mayDo } from "../../access/permissions.ts";
import { agentPath } from "../agents/view.ts";
import type { Unresolved } from "../lists/named-filter.ts";
import type { Sorting } from "../lists/sorted-head.tsx";
import { usePageContext } from "../page-context.ts";
import { Live } from "../parts/frame.tsx";
import { DOUBT, Empty, jobPath, reasonText } from "../parts/job.tsx";
import { StatusMark } from "../parts/status.tsx";
import { Table } from "../parts/table.tsx";
import { lengthText, Time } from "../parts/time.tsx";
import { Pick, PickAll, PickedBar } from "../picked/bar.tsx";
import { Filters, jobsPath } from "./filters.tsx";
import type { ListedJob } from "./store.ts";
import type { JobListing, JobsAddress } from "./view.ts";
import { waited } from "./wait.ts";

/** How long a run took, or has taken so far. */
export const runLength = (
  { status, startedAt, statusChangedAt }: Pick<ListedJob, "status" | "startedAt" | "statusChangedAt">,
  now: number,
): string | undefined => {
  if (startedAt === null) return undefined;
  if (status === "RUNNING") return lengthText(now - startedAt);
  return status === "COMPLETED" || status === "FAILED" || status === "CANCELLED"
    ? lengthText(statusChangedAt - startedAt)
    : undefined;
};

const Row = ({ job, isPickable }: { job: ListedJob; isPickable: boolean }) => {
  const { now } = usePageContext();
  const reason = job.statusReason === null ? undefined : reasonText(job.statusReason);
  return (
    <tr>
      {isPickable && <Pick of={{ project: job.projectId, id: job.id }} label={`#${job.id}`} />}
      <th scope="row">
        <a href={jobPath(job.projectId, job.id)} title={job.scheduleName}>
          {job.scheduleName} <span class="quiet">#{job.id}</span>
        </a>
      </th>
      <td data-label="Status" title={job.needsAttention === 1 ? DOUBT : reason}>
        <StatusMark status={job.status} />
        {job.needsAttention === 1 && <span class="quiet block">in doubt: {DOUBT}</span>}
        {reason === undefined ? null : <span class="quiet block">{reason}</span>}
      </td>
      <td data-label="Scheduled">
        <Time at={job.scheduledAt} />
      </td>
      <td data-label="Took">{runLength(job, now) ?? <span class="quiet">not yet</span>}</td>
      <td data-label="Waited">{waited(job)}</td>
      <td data-label="Host">
        <a href={`/console/hosts/${job.hostId}`} title={job.hostName}>
          {job.hostName}
        </a>
        {job.agentId === null ? (
          <span class="quiet block">{job.agentName}</span>
        ) : (
          <a
            class="quiet block"
            href={agentPath({ project: job.projectId, host: job.hostId, agent: job.agentId })}
          >
            {job.agentName}
          </a>
        )}
      </td>
      <td data-label="Project">{job.projectName}</td>
    </tr>
  );
};

/** What those who see the list may do to many jobs at once. */
const actionsOf = (actor: Actor) => [
  ...(mayDo(actor, "rerunJob")
    ? ([
        ["/console/jobs/picked/rerun", "Run again"],
        ["/console/jobs/picked/rerun-failed", "Run their failed tests again"],
      ] as const)
    : []),
  ...(mayDo(actor, "reportJob") ? ([["/console/jobs/picked/cancel", "Cancel"]] as const) : []),
];

/** The columns that an index can sort by, each with the order that a click gives. */
const sortsOf = (filter: JobsAddress, sortedBy: JobListing["sortedBy"]): Record<string, Sorting> => {
  const by = (sort: JobsAddress["sort"], column: JobListing["sortedBy"]): Sorting => {
    const now = sortedBy !== column ? undefined : filter.order === "newest" ? "descending" : "ascending";
    const order = now === "descending" ? "oldest" : "newest";
    return { now, href: jobsPath({ ...filter, sort, order, at: undefined, after: undefined }) };
  };
  return { Job: { ...by("id", "id"), by: "when it was made" }, Scheduled: by("time", "scheduled_at") };
};

/** A page of jobs by time. */
export const JobList = ({
  list,
  filter,
  wrong,
  unresolved,
}: {
  list: JobListing;
  filter: JobsAddress;
  wrong: string | undefined;
  unresolved: readonly Unresolved[];
}) => {
  const actions = actionsOf(usePageContext().actor);
  return (
    <>
      <Filters filter={filter} list={list} wrong={wrong} unresolved={unresolved} />
      <Live>
        {list.rows.length > 0 ? (
          <Table
            caption="Jobs"
            heads={["Job", "Status", "Scheduled", "Took", "Waited", "Host and agent", "Project"]}
            dense
            numbers={["Took", "Waited"]}
            sorts={sortsOf(filter, list.sortedBy)}
            before={actions.length > 0 && <PickAll />}
          >
            {list.rows.map((job) => (
              <Row job={job} isPickable={actions.length > 0} />
            ))}
          </Table>
        ) : list.next ? (
          <Empty title="None among the jobs looked through so far">
            <p>There are more: look further.</p>
          </Empty>
        ) : (
          <Empty title="No job here">
            <p>
              Jobs come from schedules. Try another filter, or{" "}
              <a href="/console/schedules">look at the schedules</a>.
            </p>
          </Empty>
        )}
        <nav class="pager" aria-label="Pages">
          {filter.after === undefined ? null : (
            <a href={jobsPath({ ...filter, at: undefined, after: undefined })}>First page</a>
          )}
          {list.next ? (
            <a href={jobsPath({ ...filter, at: list.next.place, after: list.next.id })}>
              {filter.order === "newest" ? "Earlier jobs" : "Later jobs"}
            </a>
          ) : null}
        </nav>
      </Live>
      {actions.length > 0 && list.rows.length > 0 && <PickedBar actions={actions} back={jobsPath(filter)} />}
    </>
  );
};
