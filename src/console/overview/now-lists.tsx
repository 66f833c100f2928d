import { usePageContext } from "../page-context.ts";
import { Empty, JobLine, jobPath } from "../parts/job.tsx";
import { StatusMark } from "../parts/status.tsx";
import { Ago, lengthText } from "../parts/time.tsx";
import type { Overview, Run } from "./view.ts";

const WIDTH = 64;
const HEIGHT = 6;

/** How far a run is by its usual length, which the words beside it say too. */
const Progress = ({ tookMs, usualMs }: { tookMs: number; usualMs: number }) => (
  <svg
    class={tookMs > usualMs ? "progress over" : "progress"}
    viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    width={WIDTH}
    height={HEIGHT}
    aria-hidden="true"
    focusable="false"
  >
    <rect class="all" width={WIDTH} height={HEIGHT} rx="3" />
    <rect width={Math.round(WIDTH * Math.min(1, tookMs / Math.max(1, usualMs)))} height={HEIGHT} rx="3" />
  </svg>
);

const Length = ({ run: { since, usualMs } }: { run: Run }) => {
  const { now } = usePageContext();
  const tookMs = Math.max(0, now - since);
  if (usualMs === null) return <>for {lengthText(tookMs)}</>;
  const words =
    tookMs > usualMs
      ? `for ${lengthText(tookMs)}, usually ${lengthText(usualMs)}`
      : `${lengthText(tookMs)} of usually ${lengthText(usualMs)}`;
  return (
    <>
      {words} <Progress tookMs={tookMs} usualMs={usualMs} />
    </>
  );
};

/** What runs now, the longest first, each beside its usual length. */
export const RunningList = ({ running, tiles }: Pick<Overview, "running" | "tiles">) =>
  running.length === 0 ? (
    <Empty title="Nothing runs now" />
  ) : (
    <>
      <ul class="lines">
        {running.map((run) => (
          <JobLine job={run}>
            on <a href={`/console/hosts/${run.hostId}`}>{run.hostName}</a>, <Length run={run} />
          </JobLine>
        ))}
      </ul>
      {tiles.running > running.length && (
        <p>
          <a href="/console/jobs?status=RUNNING">All that run</a>
        </p>
      )}
    </>
  );

/** The job that waits longest, and what is due within the hour. */
export const ComingList = ({ oldest, coming, tiles }: Pick<Overview, "oldest" | "coming" | "tiles">) => (
  <>
    {oldest !== undefined && (
      <p class="oldest">
        <StatusMark status="NOT_RUN" /> The oldest that waits is{" "}
        <a href={jobPath(oldest.projectId, oldest.id)}>job {oldest.id}</a>, due{" "}
        <Ago at={oldest.scheduledAt} />.
      </p>
    )}
    {coming.length === 0 ? (
      <Empty title="Nothing is due within the hour" />
    ) : (
      <ul class="lines">
        {coming.map((job) => (
          <JobLine job={job}>
            <Ago at={job.scheduledAt} /> on <a href={`/console/hosts/${job.hostId}`}>{job.hostName}</a>
          </JobLine>
        ))}
      </ul>
    )}
    {tiles.due > coming.length && (
      <p>
        <a href="/console/jobs?order=next">All that comes next</a>
      </p>
    )}
  </>
);
