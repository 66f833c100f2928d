import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { ActionButton, ConfirmedAction } from "../parts/buttons.tsx";
import { Fact } from "../parts/fact.tsx";
import { Live } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { jobPath, reasonText } from "../parts/job.tsx";
import { STATUS_WORDS, StatusMark } from "../parts/status.tsx";
import { TestRunList } from "../parts/test-run-list.tsx";
import { Ago, Time } from "../parts/time.tsx";
import { ScheduleBadge } from "./badge.tsx";
import { Cadence } from "./cadence.tsx";
import { Marks, schedulePath } from "./list.tsx";
import type { ScheduleJob } from "./store.ts";
import type { SchedulePage } from "./view.ts";

const OVERLAP_WORDS = {
  skip: "a run that comes due while another goes on is skipped",
  allow: "runs may go on beside each other",
  cancel_running: "a run that comes due ends the one before",
};

const Facts = ({ page: { schedule, names } }: { page: SchedulePage }) => (
  <dl class="facts">
    <Fact label="Runs">
      <Cadence {...schedule} />
    </Fact>
    {schedule.cron !== null && schedule.startAt !== null && (
      <Fact label="From">
        <Time at={schedule.startAt} />
      </Fact>
    )}
    {schedule.endAt !== null && (
      <Fact label="Until">
        <Time at={schedule.endAt} />
      </Fact>
    )}
    {schedule.maxRuns !== null && <Fact label="At most">{schedule.maxRuns} runs</Fact>}
    <Fact label="Agent">
      <a href={`/console/projects/${schedule.projectId}/hosts/${names.hostId}/agents/${schedule.agentId}`}>
        {names.agentName}
      </a>{" "}
      on <a href={`/console/hosts/${names.hostId}`}>{names.hostName}</a>
      {names.agentActive === 1 ? null : <span class="quiet"> (inactive: nothing is handed out)</span>}
    </Fact>
    <Fact label="Project">{names.projectName}</Fact>
    <Fact label="Conflict handling">
      {OVERLAP_WORDS[schedule.overlap]}
      {schedule.overlap === "skip" ? `; one in doubt counts for ${schedule.staleMinutes} min` : ""}
    </Fact>
    <Fact label="Missed">
      {schedule.missed === "skip"
        ? "what was missed is left out"
        : `the latest run is made up for, if it is no older than ${schedule.missedWithinMinutes} min`}
    </Fact>
    {schedule.cron !== null && (
      <Fact label="Blackouts">
        {schedule.blackouts === "heed" ? "its runs are left out in" : "it runs in"}{" "}
        <a href={`/console/projects/${schedule.projectId}/blackouts`}>those of its project</a>
      </Fact>
    )}
    <Fact label="Host lost">
      {schedule.onLost === "fail"
        ? "the run fails"
        : `it runs again, ${schedule.maxAttempts} attempts in all`}
    </Fact>
    {schedule.allocatedMinutes !== null && <Fact label="Time limit">{schedule.allocatedMinutes} min</Fact>}
    {schedule.expireAfterMinutes !== null && (
      <Fact label="Expires">{schedule.expireAfterMinutes} min after its time, if no host began it</Fact>
    )}
  </dl>
);

const Line = ({ job, projectId }: { job: ScheduleJob; projectId: number }) => (
  <li class="job-line">
    <StatusMark status={job.status} />
    <a href={jobPath(projectId, job.id)}>
      <Time at={job.scheduledAt} />
    </a>
    <span class="quiet">
      {job.statusReason === null ? <Ago at={job.scheduledAt} /> : reasonText(job.statusReason)}
    </span>
  </li>
);

/** The next jobs, with the times between them that blackouts leave out. */
const comingOf = ({ coming, skipped }: SchedulePage) => {
  const last = coming.at(-1)?.scheduledAt ?? Number.POSITIVE_INFINITY;
  const shown = skipped.filter(({ at }) => at < last && !coming.some((job) => job.scheduledAt === at));
  const timeOf = (each: ScheduleJob | SchedulePage["skipped"][number]): number =>
    "at" in each ? each.at : each.scheduledAt;
  return [...coming, ...shown].sort((one, other) => timeOf(one) - timeOf(other));
};

const Skipped = ({ at, blackout }: SchedulePage["skipped"][number]) => (
  <li class="job-line">
    <span class="mark">
      <Icon name="paused" />
      Skipped
    </span>
    <Time at={at} />
    <span class="quiet">{blackout}</span>
  </li>
);

const Actions = ({ page: { schedule } }: { page: SchedulePage }) => {
  const { actor } = usePageContext();
  const path = schedulePath(schedule.projectId, schedule.id);
  const what = schedule.name;
  return (
    <div class="row">
      {mayDo(actor, "runScheduleNow") && (
        <ActionButton to={`${path}/run-now`} label="Run now" what={what} kind="primary" />
      )}
      {schedule.pausedAt === null
        ? mayDo(actor, "pauseSchedule") && (
            <ConfirmedAction
              to={`${path}/pause`}
              label="Pause…"
              what={what}
              consequence="Nothing of it is handed out or planned until it is resumed."
              sure="Pause it"
            >
              <div class="field">
                <label for="note">Why (others read it)</label>
                <input type="text" id="note" name="note" maxlength={1000} />
              </div>
            </ConfirmedAction>
          )
        : mayDo(actor, "resumeSchedule") && (
            <ActionButton to={`${path}/resume`} label="Resume" what={what} kind="primary" />
          )}
      {mayDo(actor, "updateSchedule") && (
        <a class="button" href={`${path}/edit`}>
          Edit
        </a>
      )}
      {mayDo(actor, "createSchedule") && (
        <a class="button" href={`/console/projects/${schedule.projectId}/schedules/new?from=${schedule.id}`}>
          Duplicate
        </a>
      )}
      {mayDo(actor, "cancelSchedule") && (
        <ConfirmedAction
          to={`${path}/cancel`}
          label="Cancel open jobs…"
          what=""
          consequence="Its jobs that nobody began are cancelled. Those that run go on, and later ones are planned as before."
          sure="Cancel them"
        />
      )}
      {mayDo(actor, "deleteSchedule") && (
        <ConfirmedAction
          to={`${path}/delete`}
          label="Delete…"
          what={what}
          consequence="Its open jobs are cancelled. What ran stays to be read."
          sure="Delete it"
        />
      )}
    </div>
  );
};

/** The page of a schedule: its facts, its next runs, and its outcomes. */
export const ScheduleDetails = ({
  page,
  timeline,
  origin,
}: {
  page: SchedulePage;
  timeline: Child;
  /** The service's address. */
  origin: string;
}) => {
  const { schedule, past, names, materials } = page;
  const coming = comingOf(page);
  const marks = past.slice(0, 20).map(({ id, status, scheduledAt }) => ({ id, status, at: scheduledAt }));
  const failures = past.filter(({ status }) => status === "FAILED").length;
  return (
    <Live>
      {schedule.pausedAt === null ? null : (
        <p class="notice">
          <span>
            Paused since <Time at={schedule.pausedAt} />
            {schedule.pauseNote === null ? "" : `: ${schedule.pauseNote}`}
          </span>
        </p>
      )}
      <Actions page={page} />
      {timeline}
      <div class="columns">
        <section class="card">
          <h2>Details</h2>
          <Facts page={page} />
        </section>
        <section class="card">
          <h2>Comes next</h2>
          {coming.length === 0 ? (
            <p class="quiet">Nothing is planned.</p>
          ) : (
            <ul class="lines">
              {coming.map((each) =>
                "blackout" in each ? (
                  <Skipped {...each} />
                ) : (
                  <Line job={each} projectId={schedule.projectId} />
                ),
              )}
            </ul>
          )}
        </section>
      </div>
      <section class="card">
        <h2>History</h2>
        {past.length === 0 ? (
          <p class="quiet">It has had no run yet.</p>
        ) : (
          <>
            <p>
              <Marks projectId={schedule.projectId} marks={marks.reverse()} />
            </p>
            <p class="quiet">
              Of the last {past.length}: {failures} {STATUS_WORDS.FAILED.toLowerCase()}.{" "}
              <a href={`/console/jobs?schedule=${schedule.id}`}>All its jobs</a>
            </p>
            <ul class="lines">
              {past.slice(0, 10).map((job) => (
                <Line job={job} projectId={schedule.projectId} />
              ))}
            </ul>
          </>
        )}
      </section>
      <section class="card">
        <h2>Tests</h2>
        {names.testRuns === 0 ? (
          <p class="quiet">It names none: the host runs everything.</p>
        ) : (
          <TestRunList count={names.testRuns} testRuns={materials} />
        )}
      </section>
      <ScheduleBadge schedule={schedule} origin={origin} />
    </Live>
  );
};
