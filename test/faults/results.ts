import { failed, junit, passed } from "../results/junit.ts";
import { uploader } from "../run-files/upload-client.ts";
import type { Ready, World } from "../world.ts";
import { job, on, type Sent, type Write } from "./requests.ts";

const running = (world: World, { projectId, jobId }: Ready) => world.report(projectId, jobId, "RUNNING");
const report = (ready: Ready): Sent => ({
  method: "PUT",
  path: `${job(ready)}/attempts/1/reports/junit.xml`,
  body: junit(...passed("one", "two"), failed("three")),
});

/** The writes by which what a run found out comes in. */
export const RESULT_WRITES: Record<string, Write> = {
  "a report": on(200, report, { before: running }),
  "a report in the place of another": on(200, report, {
    before: async (world, ready) => {
      await running(world, ready);
      const { path } = report(ready);
      await world.put(path, junit(...passed("one", "four")));
    },
  }),
  "beginning a file in parts": on(
    201,
    (ready, world) => ({
      method: "POST",
      path: uploader(world, ready).path,
      body: { path: "a.txt", bytes: 5 },
    }),
    { before: running, rest: { repeated: [200] } },
  ),
  "completing a file in parts": on(
    200,
    async (ready, world) => {
      const { path, begin, put } = uploader(world, ready);
      const id = await begin();
      await put(id, 1);
      return { method: "POST", path: `${path}/${id}/complete` };
    },
    { before: running },
  ),
};
