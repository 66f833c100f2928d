import type { Child } from "hono/jsx";
import { JobLine, reasonText } from "../parts/job.tsx";
import { Ago, Time } from "../parts/time.tsx";
import type { HostJob } from "./store.ts";

/** Some jobs of a host or an agent, with what is said of each. */
const HostJobs = ({
  title,
  jobs,
  none,
  say,
  more,
}: {
  title: string;
  jobs: readonly HostJob[];
  none: string;
  say: (job: HostJob) => Child;
  /** A way to those that are not listed. */
  more?: Child;
}) => (
  <section class="card">
    <h2>{title}</h2>
    {jobs.length === 0 ? (
      <p class="quiet">{none}</p>
    ) : (
      <ul class="lines">
        {jobs.map((job) => (
          <JobLine job={job}>{say(job)}</JobLine>
        ))}
      </ul>
    )}
    {more && <p>{more}</p>}
  </section>
);

/** What runs and what comes next, with what else is said of a job that comes. `more`: a way to all that run. */
export const PresentJobs = ({
  running,
  coming,
  none,
  say,
  more,
}: {
  running: readonly HostJob[];
  coming: readonly HostJob[];
  none: string;
  say?: (job: HostJob) => string;
  more?: Child;
}) => (
  <div class="stack">
    <HostJobs
      title="Runs now"
      jobs={running}
      none="Nothing runs."
      more={more}
      say={(job) => job.startedAt !== null && <Ago at={job.startedAt} />}
    />
    <HostJobs
      title="Comes next"
      jobs={coming}
      none={none}
      say={(job) => (
        <>
          <Ago at={job.scheduledAt} />
          {say?.(job)}
        </>
      )}
    />
  </div>
);

export const LastJobs = ({ jobs }: { jobs: readonly HostJob[] }) => (
  <HostJobs
    title="Its last jobs"
    jobs={jobs}
    none="None yet."
    say={(job) => (
      <>
        <Time at={job.scheduledAt} />
        {job.statusReason === null ? "" : `: ${reasonText(job.statusReason)}`}
      </>
    )}
  />
);
