import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { agentPath } from "../agents/view.ts";
import { usePageContext } from "../page-context.ts";
import { jobPath, reasonText } from "../parts/job.tsx";
import { StatusMark } from "../parts/status.tsx";
import { Ago, lengthText, Time } from "../parts/time.tsx";
import { testPath, titleOf } from "../results/test-parts.tsx";
import { runLength } from "./list.tsx";
import { RunsBeside } from "./runs-beside.tsx";
import { StageBar } from "./stage-bar.tsx";
import { stagesOf } from "./stages.ts";
import type { JobPage } from "./view.ts";

/** How many of the failed tests the header names. */
const MAX_NAMED = 3;

/** What came of a job or what it does now, and how long that took. */
const Verdict = ({ job }: Pick<JobPage, "job">) => {
  const { now } = usePageContext();
  const took = runLength(job, now);
  switch (job.status) {
    case "PLANNED":
      return (
        <>
          due <Ago at={job.scheduledAt} />
        </>
      );
    case "NOT_RUN":
      return <>waits for {lengthText(now - job.scheduledAt)} past its time</>;
    case "RUNNING":
      return <>for {took}</>;
    default:
      return (
        <>
          {took === undefined ? "before it began" : `after ${took}`}, <Time at={job.statusChangedAt} /> (
          <Ago at={job.statusChangedAt} />)
        </>
      );
  }
};

/** The words of the host about the run's end. */
const noteOf = ({ job, history }: Pick<JobPage, "job" | "history">): string | null => {
  const last = history.findLast(({ to, from }) => to === job.status && from !== to);
  return last?.note?.split("\n")[0] ?? null;
};

/** Why it ended so: the reason, the first failed tests, the exit code, or what its host said. */
const Why = ({ page: { job, history, results } }: { page: JobPage }) => {
  const { actor } = usePageContext();
  if (job.status === "RUNNING" || job.status === "COMPLETED") return null;
  const failed = (results?.red ?? []).flatMap(({ rows }) => rows).filter(({ quarantined }) => !quarantined);
  const due = results === null ? 0 : results.counts.failed + results.counts.errors;
  const note = noteOf({ job, history });
  const parts: Child[] = [
    ...(job.statusReason === null ? [] : [reasonText(job.statusReason)]),
    ...failed.slice(0, MAX_NAMED).map(({ test }) => {
      const title = titleOf(test.name);
      return mayDo(actor, "getTest") ? <a href={testPath(job.projectId, test.id)}>{title}</a> : title;
    }),
    ...(failed.length > 0 && due > MAX_NAMED ? [`${due - MAX_NAMED} more`] : []),
    ...(job.exitCode === null || job.exitCode === 0 ? [] : [`exit code ${job.exitCode}`]),
    ...(failed.length > 0 || note === null ? [] : [note]),
  ];
  return parts.length === 0 ? null : (
    <p class="why">
      {parts.map((part, place) => (
        <>
          {place === 0 ? "" : " · "}
          {part}
        </>
      ))}
    </p>
  );
};

const STARTS: Readonly<Record<string, string>> = {
  rerunJob: "run again by",
  runScheduleNow: "run by",
  backfillSchedule: "filled in by",
};

/** Who or what made the job. */
const Start = ({ page: { job, maker } }: { page: JobPage }) => (
  <>
    {job.repeatsJobId !== null && (
      <>
        runs <a href={jobPath(job.projectId, job.repeatsJobId)}>job {job.repeatsJobId}</a> again,{" "}
      </>
    )}
    {maker !== undefined
      ? `${STARTS[maker.action] ?? "made by"} ${maker.by}`
      : job.isAdded === 1
        ? "added by a request"
        : "planned by its schedule"}
  </>
);

/** The head of a job's page: what came of it, where, of what and by whom, how its time went by, and the runs beside it. */
export const JobHeader = ({ page }: { page: JobPage }) => {
  const { actor, now } = usePageContext();
  const { job, history } = page;
  const schedule = `/console/projects/${job.projectId}/schedules/${job.scheduleId}`;
  return (
    <section class={`card head ${job.status.toLowerCase()}`} aria-label="Outcome">
      <div>
        <p class="verdict">
          <StatusMark status={job.status} /> <Verdict job={job} />
          {job.attempt > 1 && <span class="quiet"> attempt {job.attempt}</span>}
        </p>
        <Why page={page} />
        <p class="quiet">
          On <a href={`/console/hosts/${job.hostId}`}>{job.hostName}</a>, agent{" "}
          {job.agentId === null ? (
            job.agentName
          ) : (
            <a href={agentPath({ project: job.projectId, host: job.hostId, agent: job.agentId })}>
              {job.agentName}
            </a>
          )}
          ; of {mayDo(actor, "getSchedule") ? <a href={schedule}>{job.scheduleName}</a> : job.scheduleName} in{" "}
          {job.projectName}; <Start page={page} />
        </p>
        <StageBar stages={stagesOf(job, history, now)} attempts={job.attempt} />
      </div>
      <RunsBeside page={page} />
      {page.reruns.length > 0 && (
        <p class="quiet">
          Run again as{" "}
          {page.reruns.map(({ id }, place) => (
            <>
              {place === 0 ? "" : ", "}
              <a href={jobPath(job.projectId, id)}>job {id}</a>
            </>
          ))}
        </p>
      )}
    </section>
  );
};
