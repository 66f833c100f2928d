import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../../http/app.ts";
import { localTime } from "../../schedules/time-zone.ts";
import { readAs } from "../form-input.ts";
import { page } from "../page-guards.ts";
import { Empty } from "../parts/job.tsx";
import { weekStartOf } from "../parts/week-start.ts";
import { show } from "../show-page.tsx";
import { daysOfMonth } from "./days.ts";
import { Month } from "./month.tsx";
import { readCalendar } from "./view.ts";

const address = z.object({
  project: z.coerce.number().int().min(1).optional().catch(undefined),
  month: z
    .string()
    .regex(/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/)
    .optional()
    .catch(undefined),
});

export const calendarPages = new Hono<App>().get("/calendar", page("readCalendar"), async (c) => {
  const { call, pageContext } = c.var;
  const query = readAs(address, c.req.query());
  const today = localTime(call.now, pageContext.zone).slice(0, 10);
  const month = query.month ?? today.slice(0, 7);
  const calendar = await readCalendar(call, query.project, {
    days: daysOfMonth(month, pageContext.zone, weekStartOf(c.req.header("Accept-Language"))),
    zone: pageContext.zone,
  });
  return show(
    c,
    { title: "Calendar", here: "/console/calendar", sheet: "calendar" },
    calendar.projects.length === 0 ? (
      <Empty title="There is no project yet">
        <p>What is planned and how it went shows up here, day by day.</p>
      </Empty>
    ) : (
      <Month calendar={calendar} month={month} today={today} />
    ),
  );
});
