import { z } from "zod";
import type { Client } from "./client.ts";
import { type JobRead, jobReadShape } from "./judge.ts";

/** All jobs of a project, with their histories. */
export const readJobs = async (client: Client, projectId: number): Promise<JobRead[]> => {
  const jobs: JobRead[] = [];
  for (;;) {
    const after = jobs.at(-1)?.job_id ?? 0;
    const path = `/projects/${projectId}/automation/jobs?limit=1000&after=${after}`;
    const page = z.array(jobReadShape).parse((await client.send("GET", path)).body);
    if (page.length === 0) return jobs;
    jobs.push(...page);
  }
};
