import type { Child } from "hono/jsx";
import { JobLine } from "../parts/job.tsx";
import type { HostJob } from "./store.ts";

/** Some jobs of a host or an agent, with what is said of each. */
export const HostJobs = ({
  title,
  jobs,
  none,
  say,
}: {
  title: string;
  jobs: readonly HostJob[];
  none: string;
  say: (job: HostJob) => Child;
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
  </section>
);
