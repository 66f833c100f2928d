import { answered, type Service } from "./client.ts";

interface Run {
  project: number;
  /** The agent's agent_server_id. */
  agent: number;
  /** The test runs to run; none: all that the agent has. */
  testRuns?: number[];
}

const ENDED: readonly string[] = ["COMPLETED", "FAILED", "CANCELLED"];

/** Runs an agent's tests once, now, and gives the job when it has ended. `pause` waits between two looks at it. */
export const runAndWait = async (
  { projects }: Service,
  { project, agent, testRuns }: Run,
  pause: () => Promise<void>,
) => {
  const { automation } = projects[":project"];
  const param = { project: String(project) };
  const json = { name: "Once, now", agent_server_id: agent, test_run_ids: testRuns };
  const { jobs } = await answered(automation.schedules.$post({ param, json }));
  const [made] = jobs;
  if (!made) throw new Error("the schedule has no job");
  for (;;) {
    const job = await answered(
      automation.jobs[":job"].$get({ param: { ...param, job: String(made.job_id) } }),
    );
    if (ENDED.includes(job.status)) return job;
    await pause();
  }
};
