import { JOB_STATUSES, type JobStatus } from "../../database/enums.ts";
import { type ChipFacts, Chips } from "../lists/chips.tsx";
import { filterText, type Unresolved } from "../lists/named-filter.ts";
import { UnresolvedNames } from "../lists/unresolved.tsx";
import { usePageContext } from "../page-context.ts";
import { instantOf } from "../parts/local-time.ts";
import { ProjectFilter } from "../parts/project-choice.tsx";
import { STATUS_WORDS } from "../parts/status.tsx";
import { clockText } from "../parts/time.tsx";
import type { JobListing, JobsAddress } from "./view.ts";

/** Quick spans: the jobs that changed within so many hours. */
const SPANS = [
  [24, "24 h"],
  [168, "7 days"],
] as const;

const spanText = (hours: number): string => SPANS.find(([length]) => length === hours)?.[1] ?? `${hours} h`;

type Filter = Partial<Record<keyof JobsAddress, string | number | undefined>>;

/** What goes without saying in an address of the list. */
const USUAL: Filter = { order: "newest", sort: "time" };

const queryOf = (filter: Filter): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    if (
      value !== undefined &&
      value !== "" &&
      !Object.entries(USUAL).some(([of, usual]) => of === name && usual === value)
    )
      query.set(name, String(value));
  return query.size > 0 ? `?${query}` : "";
};

/** The address of the list with other filters. */
export const jobsPath = (filter: Filter): string => `/console/jobs${queryOf(filter)}`;

/** The address of the list's counts by status. */
export const countsPath = (filter: JobsAddress): string =>
  `/console/jobs/counts${queryOf({ ...filter, order: undefined, sort: undefined, at: undefined, after: undefined })}`;

/** Each filter in use, and the list without it. How the list is sorted is no filter. */
const chipsOf = (
  filter: JobsAddress,
  { projects, names }: JobListing,
  { zone, now }: { zone: string; now: number },
): ChipFacts[] => {
  const timeText = (text: string) => {
    const at = instantOf(text, zone);
    return at === undefined ? text : clockText(at, zone, { now });
  };
  const project = projects.find(({ id }) => id === filter.project)?.name;
  const said: [name: keyof JobsAddress, value: unknown, text: string][] = [
    ["project", filter.project, `Project: ${project ?? `#${filter.project}`}`],
    ["q", filter.q, `Search: ${filter.q}`],
    ["status", filter.status, `Status: ${filter.status === undefined ? "" : STATUS_WORDS[filter.status]}`],
    ["from", filter.from, `From ${timeText(filter.from)}`],
    ["to", filter.to, `To ${timeText(filter.to)}`],
    ["host", filter.host, `Host: ${names.host ?? `#${filter.host}`}`],
    ["agent", filter.agent, `Agent: ${names.agent ?? `#${filter.agent}`}`],
    ["schedule", filter.schedule, `Schedule: ${names.schedule ?? `#${filter.schedule}`}`],
    ["within", filter.within, `Changed in the last ${spanText(filter.within ?? 0)}`],
    ["due", filter.due, `Due within ${spanText(filter.due ?? 0)}`],
    ["waiting", filter.waiting, "Waits past its time"],
    ["ended", filter.ended, `Ended on ${timeText(`${filter.ended}T12:00`).slice(0, -6)}`],
  ];
  return said
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, , label]) => ({
      label,
      without: jobsPath({ ...filter, [name]: undefined, at: undefined, after: undefined }),
    }));
};

/** What links from elsewhere ask for, and the form keeps. */
const KEPT = ["within", "due", "waiting", "ended"] as const;

/** The filters of the list. Each one in use has a chip that leaves it. */
export const Filters = ({
  filter,
  list,
  wrong,
  unresolved,
}: {
  filter: JobsAddress;
  list: JobListing;
  wrong: string | undefined;
  unresolved: readonly Unresolved[];
}) => {
  const named = [
    ["host", "Host"],
    ["agent", "Agent"],
    ["schedule", "Schedule"],
  ] as const;
  const isOpen = filter.from !== "" || filter.to !== "" || wrong !== undefined || unresolved.length > 0;
  return (
    <search>
      <form class="filters" method="get" aria-label="Jobs">
        <ProjectFilter projects={list.projects} selected={filter.project} />
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
          <option value="oldest" selected={filter.order === "oldest"}>
            Oldest first
          </option>
        </select>
        <details class="more" open={isOpen}>
          <summary>More</summary>
          <div class="filters">
            <label for="from">From</label>
            <input type="datetime-local" id="from" name="from" value={filter.from} />
            <label for="to">To</label>
            <input type="datetime-local" id="to" name="to" value={filter.to} />
            {named.map(([name, label]) => (
              <>
                <label for={name}>{label}</label>
                <input id={name} name={name} value={filterText(filter[name], list.names[name])} />
              </>
            ))}
          </div>
        </details>
        {KEPT.map(
          (name) =>
            filter[name] !== undefined && <input type="hidden" name={name} value={String(filter[name])} />,
        )}
        {filter.sort === "id" && <input type="hidden" name="sort" value="id" />}
        <button type="submit">Show</button>
        {SPANS.filter(([hours]) => hours !== filter.within).map(([hours, words]) => (
          <a
            class="button plain"
            href={jobsPath({ ...filter, within: hours, at: undefined, after: undefined })}
          >
            <span class="unseen">changed in the last </span>
            {words}
          </a>
        ))}
        <Chips chips={chipsOf(filter, list, usePageContext())} clear={jobsPath({})} />
        {wrong === undefined ? null : <p class="wrong">{wrong}</p>}
        <UnresolvedNames unresolved={unresolved} />
        <script src="/assets/lists.js" type="module"></script>
      </form>
    </search>
  );
};
