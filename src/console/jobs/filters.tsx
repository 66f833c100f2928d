import type { Child } from "hono/jsx";
import { JOB_STATUSES, type JobStatus } from "../../database/enums.ts";
import { usePageContext } from "../page-context.ts";
import { ProjectChoice } from "../parts/project-choice.tsx";
import { STATUS_WORDS } from "../parts/status.tsx";
import type { JobListing, JobsAddress } from "./view.ts";

/** Quick spans: the jobs that changed within so many hours. */
const SPANS = [
  [24, "24 h"],
  [168, "7 days"],
] as const;

/** The address of the list with other filters. */
export const jobsPath = (filter: Partial<Record<keyof JobsAddress, string | number | undefined>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined && value !== "" && !(name === "order" && value === "newest"))
      query.set(name, String(value));
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

/** The filters of the list, each active one with a chip that removes it. */
export const Filters = ({
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
        <label for="q">Search</label>
        <input type="search" id="q" name="q" value={filter.q} placeholder="Schedule or #job" />
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
          <option value="">Until now</option>
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
        {SPANS.filter(([hours]) => hours !== filter.within).map(([hours, words]) => (
          <a
            class="button plain"
            href={jobsPath({ ...filter, within: hours, at: undefined, after: undefined })}
          >
            <span class="unseen">changed in the last </span>
            {words}
          </a>
        ))}
        {jobsPath({ ...filter, order: undefined, at: undefined, after: undefined }) !== jobsPath({}) && (
          <a class="button plain" href={jobsPath({})}>
            Clear
          </a>
        )}
        {wrong === undefined ? null : <p class="wrong">{wrong}</p>}
        <script src="/assets/lists.js" type="module"></script>
      </form>
    </search>
  );
};
