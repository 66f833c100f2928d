import { mayDo } from "../../access/permissions.ts";
import { useVisit } from "../page-context.ts";
import { Live } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty, jobPath } from "../parts/job.tsx";
import { ProjectChoice } from "../parts/project-choice.tsx";
import { SmallMark, STATUS_WORDS } from "../parts/status.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, clockText, Time } from "../parts/time.tsx";
import type { ScheduleListing } from "./view.ts";

export const schedulePath = (projectId: number, id: number): string =>
  `/console/projects/${projectId}/schedules/${id}`;

interface Asked {
  project: number | undefined;
  q: string;
  state: "active" | "paused" | undefined;
}

/** The last jobs of a schedule, oldest first. */
export const Marks = ({
  projectId,
  marks,
}: {
  projectId: number;
  marks: ScheduleListing["rows"][number]["marks"];
}) => {
  const { zone, now } = useVisit();
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

/** When a schedule runs, in its own words. */
export const Cadence = ({
  cron,
  timeZone,
  startAt,
}: {
  cron: string | null;
  timeZone: string;
  startAt: number | null;
}) =>
  cron === null ? (
    <>
      once
      {startAt === null ? null : (
        <>
          , <Time at={startAt} />
        </>
      )}
    </>
  ) : (
    <>
      <code>{cron}</code> <span class="quiet">{timeZone}</span>
    </>
  );

/** When a schedule's next job is due; one that still waits was. */
const Due = ({ at }: { at: number }) => (
  <>
    {at > useVisit().now ? "" : "waits, was due "}
    <Ago at={at} />
  </>
);

const Row = ({ schedule }: { schedule: ScheduleListing["rows"][number] }) => (
  <tr>
    <th scope="row">
      <a href={schedulePath(schedule.projectId, schedule.id)}>{schedule.name}</a>
      <span class="quiet block">{schedule.projectName}</span>
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
      <Marks projectId={schedule.projectId} marks={schedule.marks} />
    </td>
    <td data-label="Host">
      <a href={`/console/hosts/${schedule.hostId}`}>{schedule.hostName}</a>
      <span class="quiet block">
        {schedule.agentName}
        {schedule.agentActive === 1 ? "" : " (inactive)"}
      </span>
    </td>
  </tr>
);

const nextPage = ({ project, q, state }: Asked, after: number): string =>
  `/console/schedules?${new URLSearchParams({
    ...(project === undefined ? {} : { project: String(project) }),
    ...(q === "" ? {} : { q }),
    ...(state === undefined ? {} : { state }),
    after: String(after),
  })}`;

const Filters = ({ asked, projects }: { asked: Asked; projects: ScheduleListing["projects"] }) => {
  return (
    <search>
      <form class="filters" method="get" aria-label="Schedules">
        <ProjectChoice projects={projects} asked={asked.project} all={useVisit().actor.projectIds === null} />
        <label for="q">Name</label>
        <input type="search" id="q" name="q" value={asked.q} />
        <label for="state">State</label>
        <select id="state" name="state">
          <option value="">Any</option>
          <option value="active" selected={asked.state === "active"}>
            Active
          </option>
          <option value="paused" selected={asked.state === "paused"}>
            Paused
          </option>
        </select>
        <button type="submit">Show</button>
      </form>
    </search>
  );
};

/** The schedules, newest first. */
export const ScheduleList = ({
  list,
  asked,
  isFirst,
}: {
  list: ScheduleListing;
  asked: Asked;
  isFirst: boolean;
}) => {
  const { actor } = useVisit();
  const isFiltered = asked.q !== "" || asked.state !== undefined || asked.project !== undefined;
  return (
    <>
      <Filters asked={asked} projects={list.projects} />
      <Live>
        {list.rows.length > 0 ? (
          <Table
            caption="Schedules"
            heads={["Schedule", "Runs", "Next run", "Last results", "Host and agent"]}
          >
            {list.rows.map((schedule) => (
              <Row schedule={schedule} />
            ))}
          </Table>
        ) : isFiltered || !isFirst ? (
          <Empty title="No schedule here matches">
            <p>{list.next === undefined ? "Try another filter." : "There are more to look through."}</p>
          </Empty>
        ) : (
          <Empty title="No schedule yet">
            <p>A schedule says which agent runs which test runs, and when.</p>
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
          {isFirst ? null : <a href="/console/schedules">First page</a>}
          {list.next === undefined ? null : <a href={nextPage(asked, list.next)}>Older schedules</a>}
        </nav>
      </Live>
    </>
  );
};
