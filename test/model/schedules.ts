import { z } from "zod";

import type { Answer } from "../world.ts";
import { type Cadence, cadenceAt, EXPIRE_MS, type Saying } from "./cadences.ts";
import { demand, isEnded } from "./moves.ts";
import { judgePlan } from "./plans.ts";
import type { Sendable } from "./requests.ts";
import type { Place, Scene, ScheduleRow } from "./scene.ts";

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
): Sendable => ({
  ...CHANGE,
  moves: "none, but makes",
  send: () => scene.world.post(pathOf(scene), bodyOf(agentId, cadence, { saying, now: scene.world.now })),
  told: () => refuseNever(cadence),
  judged: (answer, seen) => judgePlan(scene, scheduleIn(answer), { seen, by: "edit" }),
});

/** An operator has a schedule say something else, or be another agent's. */
export const editSchedule = (
  scene: Scene,
  { id, paused }: ScheduleRow,
  { place: { agentId }, cadence, saying }: { place: Place; cadence: Cadence; saying: Saying },
): Sendable => ({
  ...CHANGE,
  moves: "any",
  drops: id,
  send: () => scene.world.put(pathOf(scene, id), bodyOf(agentId, cadence, { saying, now: scene.world.now })),
  told: () => refuseNever(cadence),
  judged: async (_, seen) => {
    if (!paused) await judgePlan(scene, id, { seen, by: "edit" });
  },
});

/** An operator pauses a schedule, or lets it go on. */
export const pauseSchedule = (scene: Scene, { id }: ScheduleRow, paused: boolean): Sendable => ({
  ...CHANGE,
  moves: "missed",
  send: () => scene.world.post(`${pathOf(scene, id)}/${paused ? "pause" : "resume"}`),
  told: (_, { schedules }) => {
    const is = schedules.get(id);
    if (!paused) demand(is === undefined || is.resumable, "what is resumed can run", is);
  },
  judged: async (_, seen) => {
    if (!paused) await judgePlan(scene, id, { seen, by: "resume" });
  },
});

export const deleteSchedule = (scene: Scene, { id }: ScheduleRow): Sendable => ({
  ...CHANGE,
  moves: "any",
  send: () => scene.world.delete(pathOf(scene, id)),
  told: (_, { after, schedules }) => {
    const open = [...after.values()].filter((job) => job.scheduleId === id && job.handedOut);
    demand(open.length === 0 && !schedules.has(id), "nothing of a deleted schedule is handed out", open);
  },
});

let keys = 0;

const ofRequest = () => ({ headers: { "Idempotency-Key": `planned ${++keys}` } });

/** An operator runs a schedule now. */
export const runNow = (scene: Scene, { id }: ScheduleRow): Sendable => {
  const options = ofRequest();
  return {
    ...CHANGE,
    moves: "none, but makes",
    send: () => scene.world.post(`${pathOf(scene, id)}/run-now`, undefined, options),
    told: (answer, { after, alone }) => {
      const { job_id } = z.looseObject({ job_id: z.int() }).parse(answer.body);
      const made = after.get(job_id);
      if (alone && made && !isEnded(made)) demand(made.handedOut, "what is run now can be handed out", made);
    },
  };
};

const added = z.array(z.object({ job_id: z.int(), start_date: z.string() }));

/** An operator fills in the runs around now: so many minutes back and ahead. */
export const backfill = (
  scene: Scene,
  { id }: ScheduleRow,
  { back, ahead }: { back: number; ahead: number },
): Sendable => {
  const options = ofRequest();
  const { now } = scene.world;
  const window = { from: new Date(now - back * 60_000), to: new Date(now + ahead * 60_000) };
  let first: string | undefined;
  return {
    ...CHANGE,
    moves: "none, but makes",
    send: () => scene.world.post(`${pathOf(scene, id)}/backfill`, window, options),
    told: (answer, { after }) => {
      first ??= answer.text;
      demand(answer.text === first, "a repeat is answered from what was made", first, answer.text);
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
