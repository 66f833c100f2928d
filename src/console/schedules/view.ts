import * as z from "zod";
import { listedProject } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import { JOB_STATUSES } from "../../database/enums.ts";
import { heededBy } from "../../schedules/closed-spans.ts";
import { skippedTimes } from "../../schedules/forecast.ts";
import { notFound } from "../../wire/refusals.ts";
import { idIn } from "../lists/id-search.ts";
import { laneOfSchedule } from "../timeline/page-lanes.ts";
import type { TimeWindow } from "../timeline/window.ts";
import { readScheduleCounts } from "./count-store.ts";
import { readScheduleList, readSchedulePage, type ScheduleFilter } from "./store.ts";

/** The maximum of times in blackouts that a schedule's page tells. */
const MAX_SKIPPED = 5;

const marksShape = z.array(z.object({ id: z.int(), status: z.enum(JOB_STATUSES), at: z.number() }));

/** A page of the schedules that the caller may see. A caller limited to projects sees one project at a time. */
export const listSchedules = async ({ db, actor, now }: Call, filter: ScheduleFilter) => {
  const projectId = listedProject(actor, filter.projectId);
  const { rows, ...rest } = await readScheduleList(db, actor, { filter: { ...filter, projectId }, now });
  return {
    ...rest,
    rows: rows.map(({ marks, ...schedule }) => ({
      ...schedule,
      marks: marksShape.parse(JSON.parse(marks)).reverse(),
    })),
  };
};
/** How many of the schedules of a list are active and paused, among the first of them. */
export const countSchedules = ({ db, actor }: Call, filter: ScheduleFilter) =>
  readScheduleCounts(db, {
    ...filter,
    projectId: listedProject(actor, filter.projectId),
    state: undefined,
    after: undefined,
  });

export type ScheduleListing = Awaited<ReturnType<typeof listSchedules>>;

/** Everything on a schedule's page, with its timeline in `window`. Throws `not_found`. */
export const readSchedule = async (
  { db, now }: Call,
  { project, schedule: id }: { project: number; schedule: number },
  window: TimeWindow,
) => {
  const found = await readSchedulePage(db, { projectId: project, id, now, window });
  const { schedule, names, lane, closed, ...rest } = found;
  if (!schedule || !names || !lane) throw notFound("schedule", id);
  const ahead = { from: now, to: Math.max(now, ...closed.map(({ until }) => until)), most: MAX_SKIPPED };
  const skipped = schedule.pausedAt === null ? skippedTimes(schedule, ahead, heededBy(schedule, closed)) : [];
  return {
    ...{ schedule, names, ...rest },
    skipped: skipped.map(({ at, name }) => ({ at, blackout: name })),
    lanes: [laneOfSchedule(lane, schedule, window)],
  };
};
export type SchedulePage = Awaited<ReturnType<typeof readSchedule>>;

const id = z.coerce.number().int().min(1).optional().catch(undefined);

/** The query parameters of the schedule list; invalid ones are ignored. */
export const schedulesAddress = z.object({
  project: id,
  host: id,
  agent: id,
  q: z.string().trim().default(""),
  state: z.enum(["active", "paused"]).optional().catch(undefined),
  order: z.enum(["newest", "oldest", "az", "za"]).default("newest").catch("newest"),
  /** The last schedule of the page before, and its name. */
  after: id,
  name: z.string().default(""),
});

/** The filter of an address of the list. A search may be a part of a name, or an id. */
export const filterOf = ({
  project,
  host,
  agent,
  q,
  state,
  order,
  after,
  name,
}: z.output<typeof schedulesAddress>): ScheduleFilter => ({
  ...{ state, order },
  after: after === undefined ? undefined : { id: after, name },
  ...{ projectId: project, hostId: host, agentId: agent },
  search: q.replace(/^#(?=\d+$)/, ""),
  id: idIn(q),
});
