import { z } from "zod";
import type { Beliefs } from "./client-knowledge.ts";
import { demand, isOpen } from "./moves.ts";
import { Keyed } from "./repeats.ts";
import type { Place, Scene } from "./scene.ts";
import type { Sendable } from "./sendable.ts";
import type { JobRow } from "./stored.ts";

const CHANGE = { accepts: false, changes: true } as const;

/** An operator cancels a job: at once, or, where it runs under a lease, by asking its host first. */
export const cancel = ({ world, ground }: Scene, beliefs: Beliefs, id: number): Sendable => ({
  moves: id,
  accepts: false,
  send: () => world.report(ground.projectId, id, "CANCELLED"),
  answered: (_, { before, after, alone, sentAt }) => {
    const [was, is] = [before.get(id), after.get(id)];
    if (alone && was && is) beliefs.cancels.cancelled(was, is, sentAt);
    const asked = is?.status === "RUNNING" && is.cancelRequestedAt !== null;
    demand(is?.status === "CANCELLED" || asked, "a cancel that is answered 200 is on its way", was, is);
    // A second one at the same moment is a repeat of the first.
    const again = alone && was?.cancelRequestedAt !== null && was?.cancelRequestedAt !== sentAt;
    demand(!again || is?.status === "CANCELLED", "a second cancel ends it", was, is);
    beliefs.of(id).cancelled = true;
  },
});

export const cancelSchedule = ({ world, ground }: Scene, { scheduleId }: JobRow): Sendable => {
  const keyed = new Keyed();
  return {
    moves: "any",
    accepts: false,
    send: () => {
      keyed.sent(world.now);
      const path = `/api/v3/projects/${ground.projectId}/automation/schedules/${scheduleId}/cancel`;
      return world.post(path, undefined, keyed.options);
    },
    refused: (answer, seen) => keyed.refused(answer, seen),
    answered: (answer, seen) => {
      if (keyed.isRepeat(answer, seen)) return;
      const { before, after } = seen;
      for (const job of before.values()) {
        const is = after.get(job.id);
        const cancelled =
          is?.status === (job.scheduleId === scheduleId && isOpen(job) ? "CANCELLED" : job.status);
        demand(cancelled, "a schedule's cancel ends its open jobs and no others", job, is);
      }
    },
  };
};

/** An operator runs a job again, with one of few keys: the same key makes the same job. */
export const rerun = (
  { world, ground }: Scene,
  made: Map<string, number>,
  { id, key }: { id: number; key: number },
): Sendable => ({
  ...CHANGE,
  moves: "none, but makes",
  send: () =>
    world.post(`/api/v3/projects/${ground.projectId}/automation/jobs/${id}/rerun`, undefined, {
      headers: { "Idempotency-Key": `key ${key}` },
    }),
  answered: (answer, { before, after, alone }) => {
    const { job_id } = z.object({ job_id: z.int() }).parse(answer.body);
    const name = `${id} ${key}`;
    demand((made.get(name) ?? job_id) === job_id, "one key makes one job", id, key);
    demand(!alone || made.has(name) === before.has(job_id), "a new key makes a new job", id, key);
    const is = after.get(job_id);
    if (alone && is && !before.has(job_id)) demand(is.handedOut, "what is run again can be handed out", is);
    made.set(name, job_id);
  },
});

/** An operator schedules a single run, so many seconds ahead. */
export const schedule = ({ world, ground, agentId }: Scene, ahead: number): Sendable => ({
  ...CHANGE,
  moves: "none, but makes",
  send: () =>
    world.post("/api/v3/automation/jobs/schedule/create", {
      projectId: ground.projectId,
      agentId,
      startDate: new Date(world.now + ahead * 1000).toISOString(),
    }),
  answered: () => undefined,
});

/** An operator activates or deactivates the agent; what it missed meanwhile is settled. */
export const setActive = (
  { world, ground }: Scene,
  active: boolean,
  { hostId, agentId }: Place,
): Sendable => ({
  ...CHANGE,
  moves: "missed",
  send: () =>
    world.post(
      `/api/v3/projects/${ground.projectId}/automation/hosts/${hostId}/agents/${agentId}/${active ? "activate" : "deactivate"}`,
    ),
  answered: () => undefined,
});

/** An operator pauses a job's schedule, or lets it go on. */
export const setPaused = ({ world, ground }: Scene, { scheduleId }: JobRow, paused: boolean): Sendable => ({
  ...CHANGE,
  moves: "missed",
  send: () =>
    world.post(
      `/api/v3/projects/${ground.projectId}/automation/schedules/${scheduleId}/${paused ? "pause" : "resume"}`,
    ),
  answered: () => undefined,
});

/** An admin revokes the host's own token. */
export const revoke = ({ world, tokenId }: Scene): Sendable => ({
  ...CHANGE,
  moves: "missed",
  send: () => world.delete(`/api/v3/tokens/${tokenId}`),
  answered: () => undefined,
});
