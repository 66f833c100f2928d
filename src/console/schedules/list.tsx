import { type Actor, mayDo } from "../../access/permissions.ts";
import { Chips } from "../lists/chips.tsx";
import { filterText, type Unresolved } from "../lists/named-filter.ts";
import { UnresolvedNames } from "../lists/unresolved.tsx";
import { usePageContext } from "../page-context.ts";
import { FormKeys } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty, jobPath } from "../parts/job.tsx";
import { ProjectFilter } from "../parts/project-choice.tsx";
import { SmallMark, STATUS_WORDS } from "../parts/status.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, clockText } from "../parts/time.tsx";
import { Pick, PickAll, PickedBar } from "../picked/bar.tsx";
import { chipsOf, type ScheduleListFilter, schedulesPath, sortsOf } from "./address.ts";
import { Cadence } from "./cadence.tsx";
import type { ScheduleListing } from "./view.ts";

export const schedulePath = (projectId: number, id: number): string =>
  `/console/projects/${projectId}/schedules/${id}`;

/** A schedule's last jobs, oldest first. */
export const Marks = ({
  projectId,
  marks,
}: {
  projectId: number;
  marks: ScheduleListing["rows"][number]["marks"];
}) => {
  const { zone, now } = usePageContext();
  if (marks.length === 0) return <span class="quiet">none yet</span>;
  return (
    <span class="marks">
      {marks.map(({ id, status, at }) => (
        <SmallMark
          status={status}
          href={jobPath(projectId, id)}
          label={`${STATUS_WORDS[status]}, ${clockText(at, zone, { now })}`}
        />
      ))}
    </span>
  );
};

/** How the script of lists knows a status. */
const SHORT = { COMPLETED: "+", FAILED: "!", RUNNING: ">", NOT_RUN: "?", CANCELLED: "~", PLANNED: "=" };

const MINUTE_MS = 60_000;

/**
 * The same in a row of a list, in few bytes: a script of the lists draws the links of `Marks`. Each mark is its status,
 * how much its job's number is higher than the last one's, and its minute later, in base 36.
 */
const ShortMarks = ({ marks }: Pick<Parameters<typeof Marks>[0], "marks">) => {
  if (marks.length === 0) return <span class="quiet">none yet</span>;
  const failed = marks.filter(({ status }) => status === "FAILED").length;
  const short = marks.map(({ id, status, at }, place) => {
    const before = marks[place - 1] ?? { id: 0, at: 0 };
    const minutes = Math.floor(at / MINUTE_MS) - Math.floor(before.at / MINUTE_MS);
    return `${SHORT[status]}${(id - before.id).toString(36)}.${minutes.toString(36)}`;
  });
  return (
    <span class="marks" data-marks={short.join("")}>
      {failed} of {marks.length} failed
    </span>
  );
};

const ACTIONS = "act";

/** Run now, and pause or resume. All rows share one form, which each button gives its own address. */
const RowActions = ({ schedule }: { schedule: RowParts["schedule"] }) => {
  const { actor } = usePageContext();
  // Beside the list's own address.
  const path = `projects/${schedule.projectId}/schedules/${schedule.id}`;
  const button = (to: string, label: string) => (
    // biome-ignore lint/a11y/useButtonType: a form's button submits it; a page of rows is to stay small.
    <button form={ACTIONS} formaction={`${path}/${to}`} aria-label={`${label} ${schedule.name}`}>
      {label}
    </button>
  );
  const isPaused = schedule.pausedAt !== null;
  return (
    <td data-label="Actions">
      {!isPaused && mayDo(actor, "runScheduleNow") && button("run-now", "Run now")}
      {!isPaused && mayDo(actor, "pauseSchedule") && button("pause", "Pause")}
      {isPaused && mayDo(actor, "resumeSchedule") && button("resume", "Resume")}
    </td>
  );
};

/** When a schedule's next job is due, or was due if it still waits. */
const Due = ({ at }: { at: number }) => (
  <>
    {at > usePageContext().now ? "" : "waits, was due "}
    <Ago at={at} />
  </>
);

interface RowParts {
  schedule: ScheduleListing["rows"][number];
  isPickable: boolean;
  /** Whether all rows are of one project, which the filter names. */
  isOfProject: boolean;
}

const Row = ({ schedule, isPickable, isOfProject }: RowParts) => (
  <tr>
    {isPickable && <Pick of={{ project: schedule.projectId, id: schedule.id }} label={schedule.name} />}
    <th scope="row">
      <a href={schedulePath(schedule.projectId, schedule.id)}>{schedule.name}</a>
      {isOfProject ? null : <span class="quiet block">{schedule.projectName}</span>}
    </th>
    <td data-label="Runs">
      <Cadence {...schedule} />
    </td>
    <td data-label="Next run">
      {schedule.pausedAt !== null ? (
        <span class="mark not_run">
          <Icon name="paused" />
          Paused
        </span>
      ) : schedule.nextAt === null ? (
        <span class="quiet">none planned</span>
      ) : (
        <Due at={schedule.nextAt} />
      )}
    </td>
    <td data-label="Last results">
      <ShortMarks marks={schedule.marks} />
    </td>
    <td data-label="Host">
      <a href={`/console/hosts/${schedule.hostId}`}>{schedule.hostName}</a>
      <span class="quiet block">
        {schedule.agentName}
        {schedule.agentActive === 1 ? "" : " (inactive)"}
      </span>
    </td>
    <RowActions schedule={schedule} />
  </tr>
);

/** What those who see the list may do to many schedules at once. */
const actionsOf = (actor: Actor) => [
  ...(mayDo(actor, "pauseSchedule") ? ([["/console/schedules/picked/pause", "Pause"]] as const) : []),
  ...(mayDo(actor, "resumeSchedule") ? ([["/console/schedules/picked/resume", "Resume"]] as const) : []),
];

const Filters = ({
  filter,
  list,
  unresolved,
}: {
  filter: ScheduleListFilter;
  list: ScheduleListing;
  unresolved: readonly Unresolved[];
}) => {
  const { projects, names } = list;
  return (
    <search>
      <form class="filters" method="get" aria-label="Schedules">
        <ProjectFilter projects={projects} selected={filter.project} />
        <label for="q">Name</label>
        <input type="search" id="q" name="q" value={filter.q} placeholder="or #id" />
        <label for="state">State</label>
        <select id="state" name="state">
          <option value="">Any</option>
          <option value="active" selected={filter.state === "active"}>
            Active
          </option>
          <option value="paused" selected={filter.state === "paused"}>
            Paused
          </option>
        </select>
        <details
          class="more"
          open={filter.host !== undefined || filter.agent !== undefined || unresolved.length > 0}
        >
          <summary>More</summary>
          <div class="filters">
            <label for="host">Host</label>
            <input id="host" name="host" value={filterText(filter.host, names.host)} />
            <label for="agent">Agent</label>
            <input id="agent" name="agent" value={filterText(filter.agent, names.agent)} />
          </div>
        </details>
        <button type="submit">Show</button>
        {filter.order !== "newest" && <input type="hidden" name="order" value={filter.order} />}
        <Chips chips={chipsOf(filter, list)} clear="/console/schedules" />
        <UnresolvedNames unresolved={unresolved} />
        <script src="/assets/lists.js" type="module"></script>
        <script src="/assets/marks.js" type="module"></script>
      </form>
    </search>
  );
};

const NEXT_PAGE = { newest: "Older schedules", oldest: "Newer schedules", az: "Next page", za: "Next page" };

/** A page of schedules, newest first unless asked otherwise. */
export const ScheduleList = ({
  list,
  filter,
  unresolved,
  isFirst,
}: {
  list: ScheduleListing;
  unresolved: readonly Unresolved[];
  filter: ScheduleListFilter;
  isFirst: boolean;
}) => {
  const { actor, address } = usePageContext();
  const actions = actionsOf(actor);
  const isFiltered = chipsOf(filter, list).length > 0;
  return (
    <>
      <Filters filter={filter} list={list} unresolved={unresolved} />
      <Live>
        <form
          id={ACTIONS}
          method="post"
          hx-boost="true"
          hx-target="#main"
          hx-select="#main"
          hx-swap="outerMorph"
          hx-push-url="false"
        >
          <FormKeys />
          <input type="hidden" name="back" value={address} />
        </form>
        {list.rows.length > 0 ? (
          <Table
            caption="Schedules"
            heads={["Schedule", "Runs", "Next run", "Last results", "Host and agent", "Actions"]}
            dense
            sorts={{ Schedule: sortsOf(filter) }}
            before={actions.length > 0 && <PickAll />}
          >
            {list.rows.map((schedule) => (
              <Row
                schedule={schedule}
                isPickable={actions.length > 0}
                isOfProject={filter.project !== undefined}
              />
            ))}
          </Table>
        ) : isFiltered || !isFirst ? (
          <Empty title="No schedule here matches">
            <p>{list.next === undefined ? "Try another filter." : "There are more to look through."}</p>
          </Empty>
        ) : (
          <Empty title="No schedule yet">
            <p>A schedule says which agent runs which tests, and when.</p>
            {mayDo(actor, "createSchedule") ? (
              <p>
                <a class="button primary" href="/console/schedules/new">
                  Make the first one
                </a>
              </p>
            ) : null}
          </Empty>
        )}
        <nav class="pager" aria-label="Pages">
          {isFirst ? null : <a href={schedulesPath(filter)}>First page</a>}
          {list.next === undefined ? null : (
            <a href={schedulesPath(filter, list.next)}>{NEXT_PAGE[filter.order]}</a>
          )}
        </nav>
      </Live>
      {actions.length > 0 && list.rows.length > 0 && (
        <PickedBar actions={actions} back={schedulesPath(filter)} />
      )}
    </>
  );
};
