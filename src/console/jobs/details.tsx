import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { parametersIn } from "../../jobs/parameters.ts";
import { isEnded } from "../../jobs/status.ts";
import { traceIn } from "../../wire/trace-context.ts";
import { JobFiles } from "../files/job-files.tsx";
import { usePageContext } from "../page-context.ts";
import { ActionButton, ConfirmedAction } from "../parts/buttons.tsx";
import { Fact } from "../parts/fact.tsx";
import { Live } from "../parts/frame.tsx";
import { DOUBT, jobPath, reasonText } from "../parts/job.tsx";
import { Problem } from "../parts/notice.tsx";
import { STATUS_WORDS, StatusMark } from "../parts/status.tsx";
import { lengthText, Time } from "../parts/time.tsx";
import { JobResults } from "../results/job-results.tsx";
import { JobLog, LogAttempt } from "../results/log-view.tsx";
import { hasRedTestRuns } from "../results/view.ts";
import { JobHeader } from "./header.tsx";
import type { JobPage } from "./view.ts";
import { waited, waitSteps } from "./wait.ts";

const isWaiting = ({ status }: JobPage["job"]): boolean => status === "PLANNED" || status === "NOT_RUN";

/** What the header does not say. A bound is shown while it still holds. */
const Facts = ({ job }: Pick<JobPage, "job">) => {
  const trace = traceIn(job.traceContext);
  return (
    <dl class="facts">
      <Fact label="Scheduled">
        <Time at={job.scheduledAt} />
      </Fact>
      {waited(job) === undefined ? null : (
        <Fact label="Waited">
          {waited(job)} <span class="quiet">from its time until a host accepted it</span>
        </Fact>
      )}
      {waitSteps(job).map(({ what, at, later }) => (
        <Fact label={what}>
          <Time at={at} seconds /> <span class="quiet">{later}</span>
        </Fact>
      ))}
      <Fact label="Attempt">{job.attempt}</Fact>
      {job.status === "RUNNING" && job.runUntil !== null && (
        <Fact label="Time limit">
          <Time at={job.runUntil} />
        </Fact>
      )}
      {isWaiting(job) && job.expiresAt !== null && (
        <Fact label="Expires">
          <Time at={job.expiresAt} />
        </Fact>
      )}
      {isEnded(job.status) && job.exitCode !== null && <Fact label="Exit code">{job.exitCode}</Fact>}
      {job.runUrl !== null && (
        <Fact label="Its own page">
          <a href={job.runUrl} rel="noreferrer">
            {job.runUrl}
          </a>
        </Fact>
      )}
      {job.commitSha !== null && (
        <Fact label="Commit">
          <span class="code">{job.commitSha}</span>
        </Fact>
      )}
      {parametersIn(job.parameters).map(({ name, value }) => (
        <Fact label={name}>
          <span class="code">{value}</span>
        </Fact>
      ))}
      {trace && (
        <Fact label="Trace">
          <span class="code">{trace.traceparent}</span>
        </Fact>
      )}
      <Fact label="Agent number">{job.clientNumber}</Fact>
    </dl>
  );
};

/** A status change of the history, in a few words. */
const moveText = ({ from, to, reason }: JobPage["history"][number]): Child => {
  if (reason === "cancel_requested") return "Its host was asked to cancel it";
  if (from === to) return `Nothing moved: ${reasonText(reason ?? "")}`;
  return (
    <>
      <StatusMark status={to} />
      <span class="quiet"> from {STATUS_WORDS[from].toLowerCase()}</span>
      {reason === null ? "" : `: ${reasonText(reason)}`}
    </>
  );
};

const OF_HOST = "host ";

/** Who moved a job: a host by its own name, whatever its token is called. */
const Mover = ({ job, by }: { job: JobPage["job"]; by: string }) =>
  by.startsWith(OF_HOST) ? (
    <span title={`token: ${by.slice(OF_HOST.length)}`}>
      host <a href={`/console/hosts/${job.hostId}`}>{job.hostName}</a>
    </span>
  ) : (
    <span>{by}</span>
  );

const Timeline = ({ job, history }: Pick<JobPage, "job" | "history">) => (
  <ol class="timeline">
    <li class="planned">
      <p>Due</p>
      <p class="quiet">
        <Time at={job.scheduledAt} seconds />
      </p>
    </li>
    {history.map((move, place) => (
      <li class={move.to.toLowerCase()}>
        <p>{moveText(move)}</p>
        {move.note !== null && <p class="note">{move.note}</p>}
        <p class="quiet">
          <Time at={move.at} seconds />, by <Mover job={job} by={move.by} />, attempt {move.attempt}
          {place > 0 ? `, ${lengthText(move.at - (history[place - 1]?.at ?? move.at))} later` : ""}
        </p>
      </li>
    ))}
  </ol>
);

const Actions = ({ page: { job, results } }: { page: JobPage }) => {
  const { actor } = usePageContext();
  const path = jobPath(job.projectId, job.id);
  const what = `job ${job.id}`;
  const mayRerun = isEnded(job.status) && mayDo(actor, "rerunJob");
  const mayCancel = mayDo(actor, "reportJob") && !isEnded(job.status);
  return (
    <div class="row">
      {mayCancel && (
        <ConfirmedAction
          to={`${path}/cancel`}
          label={job.cancelRequestedAt === null ? "Cancel…" : "End it at once…"}
          what={what}
          consequence={
            job.status === "RUNNING"
              ? "The run ends as cancelled. A host that holds a lease is asked first, and then given a while to end it itself."
              : "It is not handed out any more."
          }
          sure="Cancel this job"
        />
      )}
      {mayRerun && (
        <>
          <ActionButton to={`${path}/rerun`} label="Run again" what={what} kind="primary" />
          {job.testRuns > 0 && results !== null && hasRedTestRuns(results) && (
            <ActionButton
              to={`${path}/rerun`}
              label="Run the failed tests again"
              what={`of ${what}`}
              fields={{ only: "failed" }}
            />
          )}
        </>
      )}
    </div>
  );
};

/** Why an open job is not handed out, if something blocks it. */
const Waiting = ({ job }: Pick<JobPage, "job">) => {
  const { now } = usePageContext();
  if (!isWaiting(job)) return null;
  const { runAhead, jobAhead } = job;
  const ahead = runAhead ?? jobAhead;
  return (
    <>
      {job.agentActive === 0 && (
        <p class="notice">Its agent is inactive: it is handed out once the agent is active.</p>
      )}
      {job.pausedAt !== null && (
        <p class="notice">Its schedule is paused: it is handed out once the schedule is resumed.</p>
      )}
      {ahead !== null && job.scheduledAt <= now && (
        <p class="notice">
          It waits for <a href={jobPath(job.projectId, ahead)}>job {ahead}</a> of its schedule, which{" "}
          {runAhead === null ? "comes first" : "runs"}: the runs of this schedule must not go on at once.
        </p>
      )}
    </>
  );
};

/** The page of a job: what came of it, its tests, its output, its files and its history. */
export const JobDetails = ({ page }: { page: JobPage }) => {
  const { job, history, materials, results, files } = page;
  return (
    <Live>
      <LogAttempt job={job} />
      {job.needsAttention === 1 && <Problem>{`It needs attention: ${DOUBT}. Cancel it if so.`}</Problem>}
      {job.cancelRequestedAt !== null && job.status === "RUNNING" && (
        <p class="notice">Its host was asked to cancel it.</p>
      )}
      <JobHeader page={page} />
      <Waiting job={job} />
      <Actions page={page} />
      <JobResults
        job={{ ...job, before: page.before?.id ?? job.repeatsJobId }}
        due={materials}
        results={results}
      />
      <JobLog job={job} />
      <JobFiles job={job} files={files} />
      <div class="columns">
        <section class="card">
          <h2>Details</h2>
          <Facts job={job} />
        </section>
        <section class="card">
          <h2>History</h2>
          <Timeline job={job} history={history} />
        </section>
      </div>
    </Live>
  );
};
