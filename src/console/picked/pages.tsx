import { type Context, Hono } from "hono";
import type { App } from "../../http/app.ts";
import { rerunJob } from "../../jobs/jobs.ts";
import { reportJob } from "../../jobs/report.ts";
import { reportInput } from "../../jobs/report-input.ts";
import { pauseSchedule, resumeSchedule } from "../../schedules/control.ts";
import { invalid } from "../../wire/refusals.ts";
import { setPickedActive } from "../agents/view.ts";
import { readAs } from "../form-input.ts";
import { action } from "../page-guards.ts";
import { jobPath } from "../parts/job.tsx";
import type { Place } from "../parts/menu.tsx";
import { schedulePath } from "../schedules/list.tsx";
import { show } from "../show-page.tsx";
import { doEach, type Picked, picksIn } from "./do-each.ts";
import { OutcomePage } from "./outcome.tsx";

interface Work {
  here: Place & ("/console/agents" | "/console/jobs" | "/console/schedules");
  things: string;
  done: string;
  /** The page of a row, or the list that has it. */
  pathOf: (picked: Picked) => string;
  verb: Parameters<typeof doEach>[2];
}

/** An address of this list; else the list itself. */
const backIn = (given: string, here: string): string =>
  given === here || given.startsWith(`${here}?`) ? given : here;

/** Does `verb` to each row that a list's form picked, and tells what came of them. */
const doPicked = async (c: Context<App>, { here, things, done, pathOf, verb }: Work) => {
  const { call, formInput } = c.var;
  const picks: Picked[] = picksIn(formInput.all("pick"));
  if (picks.length === 0) throw invalid([{ field: "pick", message: "names no row: pick some first" }]);
  const outcomes = await doEach(call, picks, verb);
  const made = outcomes.filter(({ isDone }) => isDone).length;
  return show(
    c,
    { title: `${made} of ${outcomes.length} ${done}`, here },
    <OutcomePage
      outcomes={outcomes}
      things={outcomes.length === 1 ? things.slice(0, -1) : things}
      done={done}
      back={backIn(formInput.get("back"), here)}
      pathOf={pathOf}
    />,
  );
};

const jobs = {
  here: "/console/jobs",
  things: "jobs",
  pathOf: ({ project, id }: Picked) => jobPath(project, id),
} as const;
const agents = {
  here: "/console/agents",
  things: "agents",
  pathOf: ({ id }: Picked) => `/console/agents?q=%23${id}`,
} as const;
const schedules = {
  here: "/console/schedules",
  things: "schedules",
  pathOf: ({ project, id }: Picked) => schedulePath(project, id),
} as const;

export const pickedPages = new Hono<App>()
  .post("/jobs/picked/rerun", action("rerunJob"), (c) =>
    doPicked(c, {
      ...jobs,
      done: "run again",
      verb: async (call, { project, id }) => {
        const made = await rerunJob(call, { project, job: id });
        return jobPath(project, made.id);
      },
    }),
  )
  .post("/jobs/picked/rerun-failed", action("rerunJob"), (c) =>
    doPicked(c, {
      ...jobs,
      done: "run again with what failed in them",
      verb: async (call, { project, id }) => {
        const made = await rerunJob(call, { project, job: id }, { only: "failed" });
        return jobPath(project, made.id);
      },
    }),
  )
  .post("/jobs/picked/cancel", action("reportJob"), (c) =>
    doPicked(c, {
      ...jobs,
      done: "cancelled, or their hosts asked to",
      verb: async (call, { project, id }) => {
        await reportJob(call, { project, job: id }, readAs(reportInput, { status: "CANCELLED" }));
        return jobPath(project, id);
      },
    }),
  )
  .post("/schedules/picked/pause", action("pauseSchedule"), (c) =>
    doPicked(c, {
      ...schedules,
      done: "paused",
      verb: async (call, { project, id }) => {
        await pauseSchedule(call, { project, schedule: id }, null);
        return schedulePath(project, id);
      },
    }),
  )
  .post("/schedules/picked/resume", action("resumeSchedule"), (c) =>
    doPicked(c, {
      ...schedules,
      done: "resumed",
      verb: async (call, { project, id }) => {
        await resumeSchedule(call, { project, schedule: id });
        return schedulePath(project, id);
      },
    }),
  )
  .post("/agents/picked/activate", action("activateAgent"), (c) =>
    doPicked(c, {
      ...agents,
      done: "activated",
      verb: (call, picked) => setPickedActive(call, picked, true),
    }),
  )
  .post("/agents/picked/deactivate", action("deactivateAgent"), (c) =>
    doPicked(c, {
      ...agents,
      done: "deactivated",
      verb: (call, picked) => setPickedActive(call, picked, false),
    }),
  );
