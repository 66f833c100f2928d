import { z } from "zod";

import type { Answer } from "../world.ts";
import { type Cadence, cadenceAt, EXPIRE_MS, type Saying } from "./cadences.ts";
import { demand, isEnded, isOpen } from "./moves.ts";
import { judgeCalendar, judgePlan } from "./plans.ts";
import { Keyed } from "./repeats.ts";
import type { Place, Said, Scene } from "./scene.ts";
import type { Sendable } from "./sendable.ts";
import type { ScheduleRow } from "./stored.ts";

const CHANGE = { accepts: false, changes: true } as const;

const pathOf = ({ ground }: Scene, id?: number): string =>
  `/api/v3/projects/${ground.projectId}/automation/schedules${id === undefined ? "" : `/${id}`}`;

const scheduleIn = (answer: Answer): number =>
  z.looseObject({ schedule_id: z.int() }).parse(answer.body).schedule_id;

const bodyOf = (agentId: number, cadence: Cadence, { saying, now }: { saying: Saying; now: number }) => ({
  name: "Schedule",
  agent_server_id: agentId,
  ...cadenceAt(cadence, now),
  overlap: saying.overlap,
  missed: saying.missed,
  on_lost: saying.onLost,
  max_attempts: 3,
  ...(saying.expires ? { expire_after_minutes: EXPIRE_MS / 60_000 } : {}),
});

const refuseNever = (cadence: Cadence): void =>
  demand(cadence !== "over", "what never runs is not planned", cadence);

/** An operator makes a schedule for the agent of a place. */
export const makeSchedule = (
  scene: Scene,
  { agentId }: Place,
  { cadence, saying }: { cadence: Cadence; saying: Saying },
): Sendable => {
  let said: Said = {};
  return {
    ...CHANGE,
    moves: "none, but makes",
    send: () => {
      said = bodyOf(agentId, cadence, { saying, now: scene.world.now });
      return scene.world.post(pathOf(scene), said);
    },
    answered: (answer) => {
      refuseNever(cadence);
      scene.said.set(scheduleIn(answer), said);
    },
    judged: async (answer, seen) => {
      await judgePlan(scene, scheduleIn(answer), { seen, by: "edit" });
      await judgeCalendar(scene, scheduleIn(answer), seen);
    },
  };
};

/** An operator edits a schedule, or gives it another agent. */
export const editSchedule = (
  scene: Scene,
  { id, paused }: ScheduleRow,
  { place: { agentId }, cadence, saying }: { place: Place; cadence: Cadence; saying: Saying },
): Sendable => {
  let said: Said = {};
  return {
    ...CHANGE,
    moves: "any",
    drops: id,
    send: () => {
      said = bodyOf(agentId, cadence, { saying, now: scene.world.now });
      return scene.world.put(pathOf(scene, id), said);
    },
    answered: () => {
      refuseNever(cadence);
      scene.said.set(id, said);
    },
    judged: async (_, seen) => {
      if (paused) return;
      await judgePlan(scene, id, { seen, by: "edit" });
      await judgeCalendar(scene, id, seen);
    },
  };
};

/** An operator pauses or resumes a schedule. */
export const pauseSchedule = (scene: Scene, { id, pausedAt }: ScheduleRow, paused: boolean): Sendable => ({
  ...CHANGE,
  moves: "missed",
  send: () => scene.world.post(`${pathOf(scene, id)}/${paused ? "pause" : "resume"}`),
  answered: (_, { schedules, after, alone, sentAt, rows }) => {
    const is = schedules.get(id);
    if (paused) return;
    demand(is === undefined || is.resumable, "what is resumed can run", is);
    // After an earlier resume nothing is settled.
    if (!alone || pausedAt === null || rows.length === 0) return;
    const missed = [...after.values()].filter(
      (job) =>
        job.scheduleId === id && job.planned && isOpen(job) && job.dueAt >= pausedAt && job.dueAt < sentAt,
    );
    demand(missed.length <= 1, "one run makes up for those that a pause made it miss", missed);
  },
  judged: async (_, seen) => {
    // One that was not paused is planned on by the tick.
    if (!paused && pausedAt !== null) await judgePlan(scene, id, { seen, by: "resume" });
  },
});

export const deleteSchedule = (scene: Scene, { id }: ScheduleRow): Sendable => {
  const keyed = new Keyed();
  return {
    ...CHANGE,
    moves: "any",
    send: () => {
      keyed.sent(scene.world.now);
      return scene.world.delete(pathOf(scene, id), keyed.options);
    },
    refused: (answer, seen) => keyed.refused(answer, seen),
    answered: (answer, seen) => {
      const { after, schedules } = seen;
      keyed.isRepeat(answer, seen);
      const open = [...after.values()].filter((job) => job.scheduleId === id && job.handedOut);
      demand(open.length === 0 && !schedules.has(id), "nothing of a deleted schedule is handed out", open);
    },
  };
};

/** An operator renames a schedule by a PUT with everything else as it was. */
export const renameSchedule = (scene: Scene, { id, cron, startAt }: ScheduleRow): Sendable | undefined => {
  const said = scene.said.get(id);
  return (
    said && {
      ...CHANGE,
      moves: "any",
      drops: id,
      send: () => scene.world.put(pathOf(scene, id), { ...said, name: "Renamed" }),
      answered: (_, { before, after, sentAt, alone, schedules }) => {
        const is = schedules.get(id);
        // If an edit was not answered, its repeat is a different edit.
        if (is?.cron !== cron || is.startAt !== startAt) return;
        const again = [...after.values()].filter(
          (job) => job.scheduleId === id && !before.has(job.id) && job.dueAt < sentAt - MADE_UP_MS,
        );
        demand(!alone || again.every(isEnded), "a rename runs nothing again", again);
      },
    }
  );
};

/** The age up to which a missed run is made up for. */
const MADE_UP_MS = 60 * 60_000;

/** An operator runs a schedule now. */
export const runNow = (scene: Scene, { id }: ScheduleRow): Sendable => {
  const keyed = new Keyed();
  return {
    ...CHANGE,
    moves: "none, but makes",
    send: () => {
      keyed.sent(scene.world.now);
      return scene.world.post(`${pathOf(scene, id)}/run-now`, undefined, keyed.options);
    },
    refused: (answer, seen) => keyed.refused(answer, seen),
    answered: (answer, seen) => {
      const { after, alone } = seen;
      if (keyed.isRepeat(answer, seen)) return;
      const { job_id } = z.looseObject({ job_id: z.int() }).parse(answer.body);
      const made = after.get(job_id);
      if (alone && made && !isEnded(made)) demand(made.handedOut, "what is run now can be handed out", made);
    },
  };
};

const added = z.array(z.object({ job_id: z.int(), start_date: z.string() }));

/** An operator backfills runs around now: `back` minutes ago to `ahead` minutes from now. */
export const backfill = (
  scene: Scene,
  { id }: ScheduleRow,
  { back, ahead }: { back: number; ahead: number },
): Sendable => {
  const keyed = new Keyed();
  const { now } = scene.world;
  const window = { from: new Date(now - back * 60_000), to: new Date(now + ahead * 60_000) };
  return {
    ...CHANGE,
    moves: "none, but makes",
    send: () => {
      keyed.sent(scene.world.now);
      return scene.world.post(`${pathOf(scene, id)}/backfill`, window, keyed.options);
    },
    refused: (answer, seen) => keyed.refused(answer, seen),
    answered: (answer, seen) => {
      const { after } = seen;
      if (keyed.isRepeat(answer, seen)) return;
      const made = added.parse(answer.body).map(({ job_id }) => job_id);
      const jobs = [...after.values()].filter((job) => job.scheduleId === id && !isEnded(job));
      const twice = jobs.filter(
        (job) =>
          made.includes(job.id) &&
          jobs.some((other) => other.id < job.id && other.dueAt === job.dueAt && scene.filled.has(other.id)),
      );
      demand(twice.length === 0, "each run is filled in once", twice);
      for (const job of made) scene.filled.add(job);
    },
  };
};
