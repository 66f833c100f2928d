import type { Reported } from "./host-machine.ts";
import type { JobRead } from "./judge.ts";

interface Runs {
  /** Job and attempt of each run that began, and of each that came to its end, as the runs themselves wrote them. */
  starts: readonly string[];
  ends: readonly string[];
  /** The ends that hosts reported and the service answered. */
  reported: readonly Reported[];
}

/** What is wrong with the runs, a line each: by what the runs wrote and the hosts reported. */
export const judgeRuns = ({ starts, ends, reported }: Runs, jobs: readonly JobRead[]): string[] => {
  const wrong: string[] = [];
  const twice = starts.filter((run, at) => starts.indexOf(run) !== at);
  for (const run of twice) wrong.push(`job and attempt ${run} was started twice`);
  const byId = new Map(jobs.map((job) => [job.job_id, job]));
  const answered = new Set<string>();
  for (const { job, attempt, status } of reported) {
    const run = `${job} ${attempt}`;
    if (answered.has(run)) wrong.push(`the end of ${run} was answered twice`);
    answered.add(run);
    const found = byId.get(job);
    if (found?.attempt === attempt && found.status !== status) {
      wrong.push(`job ${job} is ${found.status}, and its report of ${status} was answered 200`);
    }
  }
  for (const { job_id, status, attempt } of jobs) {
    const finished = ends.includes(`${job_id} ${attempt}`);
    if (status === "COMPLETED" && !finished) wrong.push(`job ${job_id} is COMPLETED, and its run was not`);
  }
  return wrong;
};
