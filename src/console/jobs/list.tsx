import type { Child } from "hono/jsx";
import { JOB_STATUSES, type JobStatus } from "../../database/enums.ts";
import { usePageContext } from "../page-context.ts";
import { Live } from "../parts/frame.tsx";
import { DOUBT, Empty, jobPath, reasonText } from "../parts/job.tsx";
import { ProjectChoice } from "../parts/project-choice.tsx";
import { STATUS_WORDS, StatusMark } from "../parts/status.tsx";
import { Table } from "../parts/table.tsx";
import { lengthText, Time } from "../parts/time.tsx";
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

const Row = ({ job }: { job: ListedJob }) => {
  const { now } = usePageContext();
  return (
    <tr>
      <th scope="row">
        <a href={jobPath(job.projectId, job.id)}>
          {job.scheduleName} <span class="quiet">#{job.id}</span>
        </a>
      </th>
      <td data-label="Status">
        <StatusMark status={job.status} />
        {job.needsAttention === 1 && <span class="quiet block">in doubt: {DOUBT}</span>}
        {job.statusReason === null ? null : <span class="quiet block">{reasonText(job.statusReason)}</span>}
      </td>
      <td data-label="Scheduled">
        <Time at={job.scheduledAt} />
      </td>
      <td data-label="Took">
        {runLength(job, now) ?? <span class="quiet">not yet</span>}
        {waited(job) === undefined ? null : <span class="quiet block">waited {waited(job)}</span>}
      </td>
      <td data-label="Host">
        <a href={`/console/hosts/${job.hostId}`}>{job.hostName}</a>
        <span class="quiet block">{job.agentName}</span>
      </td>
      <td data-label="Project">{job.projectName}</td>
    </tr>
  );
};

/** The address of the list with other filters. */
export const jobsPath = (filter: Partial<Record<keyof JobsAddress, string | number | undefined>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined && value !== "") query.set(name, String(value));
  return `/console/jobs${query.size > 0 ? `?${query}` : ""}`;
};

/** An active filter; a click removes it. */
const Chip = ({
  filter,
  name,
  children,
}: {
  filter: JobsAddress;
  name: keyof JobsAddress;
  children: Child;
}) => (
  <a class="button chip" href={jobsPath({ ...filter, [name]: undefined, at: undefined, after: undefined })}>
    {children} <span aria-hidden="true">×</span>
    <span class="unseen"> leave this filter</span>
  </a>
);

const Filters = ({
  filter,
  list: { projects, names },
  wrong,
}: {
  filter: JobsAddress;
  list: JobListing;
  wrong: string | undefined;
}) => {
  const chips = [
    { name: "host" as const, label: "Host", id: filter.host, called: names.host },
    { name: "agent" as const, label: "Agent", id: filter.agent, called: names.agent },
    { name: "schedule" as const, label: "Schedule", id: filter.schedule, called: names.schedule },
  ];
  return (
    <search>
      <form class="filters" method="get" aria-label="Jobs">
        <ProjectChoice
          projects={projects}
          selected={filter.project}
          all={usePageContext().actor.projectIds === null}
        />
        <label for="status">Status</label>
        <select id="status" name="status">
          <option value="">Any</option>
          {JOB_STATUSES.map((status: JobStatus) => (
            <option value={status} selected={status === filter.status}>
              {STATUS_WORDS[status]}
            </option>
          ))}
        </select>
        <label for="order">Show</label>
        <select id="order" name="order">
          <option value="newest">Until now</option>
          <option value="next" selected={filter.order === "next"}>
            What comes next
          </option>
        </select>
        <details class="more" open={filter.from !== "" || filter.to !== "" || wrong !== undefined}>
          <summary>More</summary>
          <div class="filters">
            <label for="from">From</label>
            <input type="datetime-local" id="from" name="from" value={filter.from} />
            <label for="to">To</label>
            <input type="datetime-local" id="to" name="to" value={filter.to} />
            {chips.map(({ name, label, id }) => (
              <>
                <label for={name}>{label} id</label>
                <input
                  class="id"
                  type="number"
                  min="1"
                  id={name}
                  name={name}
                  value={id === undefined ? "" : String(id)}
                />
              </>
            ))}
          </div>
        </details>
        {filter.within === undefined ? null : (
          <input type="hidden" name="within" value={String(filter.within)} />
        )}
        <button type="submit">Show</button>
        {chips
          .filter(({ id }) => id !== undefined)
          .map(({ name, label, id, called }) => (
            <Chip filter={filter} name={name}>
              {label}: {called ?? `#${id}`}
            </Chip>
          ))}
        {filter.within === undefined ? null : (
          <Chip filter={filter} name="within">
            Changed in the last {filter.within} h
          </Chip>
        )}
        {wrong === undefined ? null : <p class="wrong">{wrong}</p>}
      </form>
    </search>
  );
};

/** A page of jobs by time. */
export const JobList = ({
  list,
  filter,
  wrong,
}: {
  list: JobListing;
  filter: JobsAddress;
  wrong: string | undefined;
}) => (
  <>
    <Filters filter={filter} list={list} wrong={wrong} />
    <Live>
      {list.rows.length > 0 ? (
        <Table caption="Jobs" heads={["Job", "Status", "Scheduled", "Took", "Host and agent", "Project"]}>
          {list.rows.map((job) => (
            <Row job={job} />
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
            {filter.order === "next" ? "Later jobs" : "Earlier jobs"}
          </a>
        ) : null}
      </nav>
    </Live>
  </>
);
