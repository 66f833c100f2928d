import { type Context, Hono } from "hono";
import { mayDo } from "../../access/permissions.ts";
import { badgeInput, removeBadge, setBadge } from "../../badges/badges.ts";
import type { App } from "../../http/app.ts";
import { cancelSchedule } from "../../jobs/jobs.ts";
import { deleteSchedule, pauseSchedule, resumeSchedule, runScheduleNow } from "../../schedules/control.ts";
import { pauseInput } from "../../schedules/input.ts";
import { readAs, textIn } from "../form-input.ts";
import { CountsPlace } from "../lists/counts.tsx";
import { resolveNames } from "../lists/named-filter.ts";
import { action, page } from "../page-guards.ts";
import { redirectTo, show } from "../show-page.tsx";
import { EmbeddedTimeline } from "../timeline/embedded.tsx";
import { placeOn } from "../timeline/page-lanes.ts";
import { windowAddress, windowOf } from "../timeline/window.ts";
import { countsPath } from "./address.ts";
import { ScheduleCounts } from "./counts.tsx";
import { ScheduleDetails } from "./details.tsx";
import { ScheduleList, schedulePath } from "./list.tsx";
import { countSchedules, filterOf, listSchedules, readSchedule, schedulesAddress } from "./view.ts";

const SCHEDULE = "/projects/:project/schedules/:schedule" as const;
const IDS = ["project", "schedule"] as const;

const LIST = "/console/schedules";

/** The list, if the action came from a row of it; else the schedule. */
const backFrom = (c: Context<App>, { project, schedule }: { project: number; schedule: number }): string => {
  const back = c.get("formInput").get("back");
  return back === LIST || back.startsWith(`${LIST}?`) ? back : schedulePath(project, schedule);
};

export const schedulePages = new Hono<App>()
  .get("/schedules", page("listSchedules"), async (c) => {
    const address = readAs(schedulesAddress, c.req.query());
    const { address: short, unresolved } = await resolveNames(c.get("call"), {
      url: c.req.url,
      kinds: { host: "host", agent: "agent" },
    });
    if (short !== undefined) return c.redirect(short);
    const list = await listSchedules(c.get("call"), filterOf(address));
    const project = address.project ?? c.get("pageContext").project?.id;
    const heading = (
      <>
        <h1>Schedules</h1>
        <CountsPlace address={countsPath(address)} />
        {mayDo(c.get("pageContext").actor, "createSchedule") ? (
          <a class="button primary" href={`/console/schedules/new${project ? `?project=${project}` : ""}`}>
            New schedule
          </a>
        ) : null}
        {!list.projects.some(({ id }) => id === project) ? null : (
          <a class="button" href={`/console/projects/${project}/blackouts`}>
            Blackouts
          </a>
        )}
      </>
    );
    return show(
      c,
      { title: "Schedules", here: "/console/schedules", sheet: "lists", heading },
      <ScheduleList
        list={list}
        filter={address}
        unresolved={unresolved}
        isFirst={address.after === undefined}
      />,
    );
  })
  .get("/schedules/counts", page("listSchedules"), async (c) => {
    const address = readAs(schedulesAddress, c.req.query());
    const counts = await countSchedules(c.get("call"), filterOf(address));
    return show(
      c,
      { title: "Schedules by state", here: "/console/schedules", sheet: "lists" },
      <ScheduleCounts counts={counts} filter={address} />,
    );
  })
  .get(SCHEDULE, page("getSchedule", IDS), async (c) => {
    const { call } = c.var;
    const path = c.req.valid("param");
    const place = placeOn(
      schedulePath(path.project, path.schedule),
      "7d",
      readAs(windowAddress, c.req.query()),
    );
    const window = windowOf(place, call);
    const schedule = await readSchedule(call, path, window);
    const title = schedule.schedule.name;
    return show(
      c,
      { title, here: "/console/schedules", sheet: "timeline" },
      <ScheduleDetails
        page={schedule}
        origin={new URL(c.req.url).origin}
        timeline={<EmbeddedTimeline lanes={schedule.lanes} window={window} place={place} />}
      />,
    );
  })
  .post(`${SCHEDULE}/run-now`, action("runScheduleNow", IDS), async (c) => {
    const path = c.req.valid("param");
    const { id: job } = await runScheduleNow(c.get("call"), path);
    return redirectTo(c, backFrom(c, path), "schedule-ran", { project: path.project, job });
  })
  .post(`${SCHEDULE}/pause`, action("pauseSchedule", IDS), async (c) => {
    const path = c.req.valid("param");
    const input = readAs(pauseInput, { note: textIn(c.get("formInput").get("note")) });
    await pauseSchedule(c.get("call"), path, input?.note ?? null);
    return redirectTo(c, backFrom(c, path), "schedule-paused");
  })
  .post(`${SCHEDULE}/resume`, action("resumeSchedule", IDS), async (c) => {
    const path = c.req.valid("param");
    await resumeSchedule(c.get("call"), path);
    return redirectTo(c, backFrom(c, path), "schedule-resumed");
  })
  .post(`${SCHEDULE}/cancel`, action("cancelSchedule", IDS), async (c) => {
    const path = c.req.valid("param");
    await cancelSchedule(c.get("call"), path);
    return redirectTo(c, schedulePath(path.project, path.schedule), "schedule-cancelled");
  })
  .post(`${SCHEDULE}/badge`, action("setBadge", IDS), async (c) => {
    const path = c.req.valid("param");
    await setBadge(
      c.get("call"),
      path,
      readAs(badgeInput, { label: textIn(c.get("formInput").get("label")) }),
    );
    return redirectTo(c, schedulePath(path.project, path.schedule), "badge-set");
  })
  .post(`${SCHEDULE}/badge/renew`, action("setBadge", IDS), async (c) => {
    const path = c.req.valid("param");
    await setBadge(c.get("call"), path, { renew: true });
    return redirectTo(c, schedulePath(path.project, path.schedule), "badge-renewed");
  })
  .post(`${SCHEDULE}/badge/remove`, action("removeBadge", IDS), async (c) => {
    const path = c.req.valid("param");
    await removeBadge(c.get("call"), path);
    return redirectTo(c, schedulePath(path.project, path.schedule), "badge-removed");
  })
  .post(`${SCHEDULE}/delete`, action("deleteSchedule", IDS), async (c) => {
    await deleteSchedule(c.get("call"), c.req.valid("param"));
    return redirectTo(c, "/console/schedules", "schedule-deleted");
  });
