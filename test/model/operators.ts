import { z } from "zod";
import type { Beliefs } from "./beliefs.ts";
import { demand, isOpen } from "./moves.ts";
import type { Sendable } from "./requests.ts";
import type { JobRow, Scene } from "./scene.ts";

/** An operator cancels a job: at once, or, where it runs under a lease, by asking its host first. */
export const cancel = ({ world, ground }: Scene, beliefs: Beliefs, id: number): Sendable => ({
  moves: id,
  accepts: false,
  send: () => world.report(ground.projectId, id, "CANCELLED"),
  told: (_, { before, after, alone, sentAt }) => {
    const [was, is] = [before.get(id), after.get(id)];
    const asked = is?.status === "RUNNING" && is.cancelRequestedAt !== null;
    demand(is?.status === "CANCELLED" || asked, "a cancel that is answered 200 is on its way", was, is);
    // One that is asked for in the same moment is a repeat of the first.
    const again = alone && was?.cancelRequestedAt !== null && was?.cancelRequestedAt !== sentAt;
    demand(!again || is?.status === "CANCELLED", "a second cancel ends it", was, is);
    beliefs.of(id).cancelled = true;
  },
});

export const cancelSchedule = ({ world, ground }: Scene, { scheduleId }: JobRow): Sendable => ({
  moves: "any",
  accepts: false,
  send: () => world.post(`/api/v3/projects/${ground.projectId}/automation/schedules/${scheduleId}/cancel`),
  told: (_, { before, after }) => {
    for (const job of before.values()) {
      const is = after.get(job.id);
      const cancelled =
        is?.status === (job.scheduleId === scheduleId && isOpen(job) ? "CANCELLED" : job.status);
      demand(cancelled, "a schedule's cancel ends its open jobs and no others", job, is);
    }
  },
});

/** An operator runs a job again, with one of few keys: the same key makes the same job. */
export const rerun = (
  { world, ground }: Scene,
  made: Map<string, number>,
  id: number,
  key: number,
): Sendable => ({
  moves: "none, but makes",
  accepts: false,
  send: () =>
    world.post(`/api/v3/projects/${ground.projectId}/automation/jobs/${id}/rerun`, undefined, {
      headers: { "Idempotency-Key": `key ${key}` },
    }),
  told: (answer, { before }) => {
    const { job_id } = z.object({ job_id: z.int() }).parse(answer.body);
    const name = `${id} ${key}`;
    demand((made.get(name) ?? job_id) === job_id, "one key makes one job", id, key);
    demand(made.has(name) === before.has(job_id), "a new key makes a new job", id, key);
    made.set(name, job_id);
  },
});
