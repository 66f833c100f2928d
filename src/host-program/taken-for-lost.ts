import { MINUTE_MS } from "../wire/durations.ts";
import { jobIn } from "./answers.ts";
import { type ServiceClient, Unanswered } from "./service-client.ts";
import type { Leased } from "./service-types.ts";

/** Whether the service ended the run only because it lost contact with the host. Its result still counts then. */
export const isTakenForLost = async (client: ServiceClient, { job, attempt }: Leased): Promise<boolean> => {
  try {
    const { jobs } = client.api.projects[":project"].automation;
    const param = { project: String(job.project_id), job: String(job.job_id) };
    const ask = () => jobs[":job"].$get({ param });
    const read = await jobIn(await client.untilAnswered(ask, AbortSignal.timeout(MINUTE_MS)));
    return (
      read.attempt === attempt && read.status === "FAILED" && read.history.at(-1)?.reason === "host_lost"
    );
  } catch (error) {
    // Without an answer the run goes on: its result is worth more than the time.
    return error instanceof Unanswered;
  }
};
