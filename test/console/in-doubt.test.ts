import { expect, test } from "vitest";
import { World } from "../world.ts";
import { Visitor } from "./visitor.ts";

test("a run in doubt is shown in the list of jobs, in the overview and on the job", async () => {
  const world = new World();
  const { projectId, hostId, guid, jobId } = await world.ready({ jobs: 1 });
  await world.report(projectId, jobId, "RUNNING");
  const visitor = await Visitor.in(world);
  const pages = [
    `/console/jobs?project=${projectId}&status=RUNNING`,
    `/console/jobs?project=${projectId}`,
    "/console",
    `/console/projects/${projectId}/jobs/${jobId}`,
  ];
  const doubt = "its host has started again or does not name it any more";
  for (const page of pages) expect((await visitor.get(page)).text, page).not.toContain(doubt);
  await world.ping(hostId, guid, { headers: { "Jobs-Running": "" } });
  for (const page of pages) expect((await visitor.get(page)).text, page).toContain(doubt);
});
