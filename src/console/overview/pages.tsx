import { type Context, Hono } from "hono";
import * as z from "zod";
import { mayDo } from "../../access/permissions.ts";
import {
  acknowledgeHost,
  acknowledgementInput,
  acknowledgeSchedule,
  unacknowledgeHost,
  unacknowledgeSchedule,
} from "../../acknowledgements/acknowledgements.ts";
import type { App } from "../../http/app.ts";
import { rerunJob } from "../../jobs/jobs.ts";
import { HOUR_MS } from "../../wire/durations.ts";
import { whole } from "../../wire/fields.ts";
import { formatWireTime } from "../../wire/times.ts";
import { numberIn, readAs } from "../form-input.ts";
import { action, page } from "../page-guards.ts";
import { Checked } from "../parts/checked.tsx";
import { Live } from "../parts/frame.tsx";
import { redirectTo, show } from "../show-page.tsx";
import { AttentionList, attentionPath } from "./attention-list.tsx";
import { OutcomeChart } from "./chart.tsx";
import { ComingList, RunningList } from "./now-lists.tsx";
import { Tiles } from "./tiles.tsx";
import { readAttention, readOverview } from "./view.ts";
import { WaitChart } from "./wait-chart.tsx";

const HOME = "/console";
const SCHEDULE = "/projects/:project/schedules/:schedule" as const;

const fromInput = z.object({ from: z.coerce.number().int().min(0).max(1000).default(0).catch(0) });

/** Where the form of the list was: the overview, or a page of all. */
const backOf = (c: Context<App>): string => {
  const from = numberIn(c.var.formInput.get("from"));
  return from === undefined ? HOME : attentionPath(readAs(fromInput, { from }).from);
};

const hoursInput = z.object({ hours: whole({ from: 1, to: 720, of: "hours" }) });

/** When an acknowledgement that the form asks for ends, as the API takes it. */
const untilIn = (c: Context<App>) => {
  const { call, formInput } = c.var;
  const { hours } = readAs(hoursInput, { hours: numberIn(formInput.get("hours")) });
  return readAs(acknowledgementInput, { until: formatWireTime(call.now + hours * HOUR_MS) });
};

export const overviewPages = new Hono<App>()
  .get(
    "/",
    async (c, next) => (mayDo(c.get("call").actor, "listJobs") ? next() : c.redirect("/console/hosts")),
    page("listJobs"),
    async (c) => {
      const { call, pageContext } = c.var;
      const overview = await readOverview(call, pageContext.zone);
      if (overview.isEmpty && mayDo(call.actor, "createProject")) return c.redirect("/console/start");
      return show(
        c,
        { title: "Overview", here: HOME, sheet: "charts" },
        <Live>
          <Checked at={overview.checkedAt} />
          <Tiles {...overview} />
          <section class="card">
            <h2>Needs attention</h2>
            <AttentionList attention={overview.attention} />
          </section>
          <div class="columns">
            <section class="card">
              <h2>Runs now</h2>
              <RunningList {...overview} />
            </section>
            <section class="card">
              <h2>Due within the hour</h2>
              <ComingList {...overview} />
            </section>
          </div>
          <section class="card" id="outcomes">
            <h2>Outcomes of the last 14 days</h2>
            <OutcomeChart days={overview.chart} />
          </section>
          <section class="card">
            <h2>How long jobs of the last 24 hours waited</h2>
            <WaitChart waits={overview.waits} />
          </section>
        </Live>,
      );
    },
  )
  .get("/attention", page("listJobs"), async (c) => {
    const { from } = readAs(fromInput, c.req.query());
    const attention = await readAttention(c.get("call"), from);
    return show(
      c,
      { title: "Needs attention", here: HOME, sheet: "charts" },
      <Live>
        <section class="card">
          <AttentionList attention={attention} from={from} />
        </section>
      </Live>,
    );
  })
  .post(`${SCHEDULE}/acknowledge`, action("acknowledgeSchedule", ["project", "schedule"]), async (c) => {
    await acknowledgeSchedule(c.get("call"), c.req.valid("param"), untilIn(c));
    return redirectTo(c, backOf(c), "acknowledged");
  })
  .post(`${SCHEDULE}/unacknowledge`, action("unacknowledgeSchedule", ["project", "schedule"]), async (c) => {
    await unacknowledgeSchedule(c.get("call"), c.req.valid("param"));
    return redirectTo(c, backOf(c), "unacknowledged");
  })
  .post("/hosts/:host/acknowledge", action("acknowledgeHost", ["host"]), async (c) => {
    await acknowledgeHost(c.get("call"), c.req.valid("param").host, untilIn(c));
    return redirectTo(c, backOf(c), "acknowledged");
  })
  .post("/hosts/:host/unacknowledge", action("unacknowledgeHost", ["host"]), async (c) => {
    await unacknowledgeHost(c.get("call"), c.req.valid("param").host);
    return redirectTo(c, backOf(c), "unacknowledged");
  })
  .post("/attention/projects/:project/jobs/:job/rerun", action("rerunJob", ["project", "job"]), async (c) => {
    await rerunJob(c.get("call"), c.req.valid("param"));
    return redirectTo(c, backOf(c), "job-runs-again");
  });
