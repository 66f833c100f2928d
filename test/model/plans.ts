import { z } from "zod";
import { parseWireTime } from "../../src/wire/times.ts";
import { demand, isEnded } from "./moves.ts";
import { HORIZON_MS, LEASE_MS, type Scene } from "./scene.ts";
import type { Seen } from "./sendable.ts";
import type { JobRow, ScheduleRow } from "./stored.ts";

const previewed = z.object({ times: z.array(z.object({ utc: z.string() })) });

/** The next times of a schedule, as the preview of its facts gives them. */
const previewOf = async ({ world, ground }: Scene, schedule: ScheduleRow): Promise<number[]> => {
  const { cron, startAt, endAt, maxRuns } = schedule;
  const answer = await world.post(`/api/v3/projects/${ground.projectId}/automation/schedules/preview`, {
    cron,
    start_date: startAt === null ? null : new Date(startAt).toISOString(),
    end_date: endAt === null ? null : new Date(endAt).toISOString(),
    max_runs: maxRuns,
  });
  if (answer.status !== 200) return [];
  return previewed.parse(answer.body).times.map(({ utc }) => parseWireTime(utc) ?? 0);
};

/** A run's time is taken by a job that waits, runs or ran. */
const isKept = (job: JobRow): boolean => !isEnded(job) || job.startedAt !== null;

/** Ends that came with the place and not with the run: the time is free again. */
const FREEING = new Set(["host_retired", "agent_deleted"]);

/** Somebody, or the clock, ended this one run. */
const isSettled = (job: JobRow): boolean => isEnded(job) && !FREEING.has(job.reason ?? "");

/** What is planned lies so far ahead at the least: a schedule is looked at a few times each day. */
const SURELY_PLANNED_MS = HORIZON_MS - 60 * 60_000;

/** The jobs of a schedule after an edit, a resume or a tick are those that a preview gives. */
export const judgePlan = async (
  scene: Scene,
  id: number,
  {
    seen: { after, schedules, now },
    by,
  }: { seen: Pick<Seen, "after" | "schedules" | "now">; by: "edit" | "resume" | "tick" },
): Promise<void> => {
  const schedule = schedules.get(id);
  if (!schedule || schedule.paused || !schedule.served) return;
  const jobs = [...after.values()].filter((job) => job.scheduleId === id);
  const counted = schedule.maxRuns !== null && by !== "edit";
  // This does not check how many runs are left: only that there is a next one where none ran.
  const wasPruned = jobs.length === 0 && schedule.runsPlanned > 0;
  if (counted && (wasPruned || jobs.some((job) => isKept(job) || isSettled(job)))) return;
  const times = await previewOf(scene, schedule);
  const expected = times.filter((at) => at > now && at < now + SURELY_PLANNED_MS);
  const lacking = expected.filter((at) => {
    const there = jobs.filter(({ dueAt }) => dueAt === at);
    return !there.some((job) => isKept(job) || (by !== "edit" && isSettled(job)));
  });
  const seen = jobs.filter(({ dueAt }) => lacking.includes(dueAt));
  demand(lacking.length === 0, `what the preview gives is planned by ${by}`, schedule, lacking, seen);
  const last = times.length < SHOWN ? Number.POSITIVE_INFINITY : (times.at(-1) ?? 0);
  const others = jobs.filter(
    ({ status, attempt, planned, dueAt }) =>
      status === "PLANNED" && attempt === 1 && planned && dueAt > now + LEASE_MS + 1000 && dueAt <= last,
  );
  const strange = others.filter(({ dueAt }) => !times.includes(dueAt));
  demand(strange.length === 0, `nothing is planned by ${by} but what the preview gives`, schedule, strange);
};

/** How many times a preview gives. */
const SHOWN = 20;

/** After a tick, each schedule that is on has its next runs. */
export const judgePlans = async (
  scene: Scene,
  state: Pick<Seen, "after" | "schedules" | "now">,
): Promise<void> => {
  const ahead = new Set(
    [...state.after.values()]
      .filter((job) => !isEnded(job) && job.dueAt > state.now)
      .map((job) => job.scheduleId),
  );
  for (const { id, cron } of state.schedules.values()) {
    if (cron !== null && !ahead.has(id)) await judgePlan(scene, id, { seen: state, by: "tick" });
  }
};

const calendar = z.array(z.looseObject({ coming: z.array(z.looseObject({ schedule_id: z.int() })) }));

/** The calendar shows no run more than a schedule has left. */
export const judgeCalendar = async (
  { world, ground }: Scene,
  id: number,
  { schedules }: Pick<Seen, "schedules">,
): Promise<void> => {
  const schedule = schedules.get(id);
  if (!schedule || schedule.maxRuns === null) return;
  const from = new Date(world.now).toISOString();
  const to = new Date(world.now + 7 * HORIZON_MS).toISOString();
  const path = `/api/v3/projects/${ground.projectId}/automation/calendar?from=${from}&to=${to}`;
  const answer = await world.get(path);
  const days = calendar.parse(answer.body);
  const coming = days.flatMap((day) => day.coming).filter(({ schedule_id }) => schedule_id === id).length;
  const left = schedule.maxRuns - schedule.runsPlanned;
  demand(coming <= left, "the calendar ends with max_runs", schedule, coming);
};
