import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import type { HostObject } from "../src/index.ts";
import type { Answer, Ready, RequestOptions, World } from "./world.ts";

/**
 * A time so far ahead that no alarm set from it ever fires by itself: tests of leases begin here and fire the
 * alarm by their own clock.
 */
export const FAR_START = Date.parse("2096-03-02T10:00:00Z");

const leased = z.array(
  z.object({
    lease_id: z.string(),
    attempt: z.int(),
    accept_by: z.string(),
    job: z.looseObject({ job_id: z.int() }),
  }),
);
export type Leased = z.output<typeof leased>[number];

/** Asks for leases as a host that supports them. */
export const lease = (world: World, hostId: number, body: Record<string, unknown> = {}): Promise<Answer> =>
  world.post(leasesOf(hostId), { owner: "process 1", ...body });

export const leasesOf = (hostId: number): string => `/api/v3/automation/hosts/${hostId}/leases`;

export const leasesIn = (answer: Answer): Leased[] => leased.parse(answer.body);

/** The one lease in an answer. */
export const oneLease = (answer: Answer): Leased => {
  const [only, ...others] = leasesIn(answer);
  if (!only || others.length > 0) throw new Error(`not one lease in ${answer.status} ${answer.text}`);
  return only;
};

export const renew = (world: World, hostId: number, leaseId: string): Promise<Answer> =>
  world.put(`/api/v3/automation/hosts/${hostId}/leases/${leaseId}`);

export const giveBack = (world: World, hostId: number, leaseId: string): Promise<Answer> =>
  world.delete(`/api/v3/automation/hosts/${hostId}/leases/${leaseId}`);

export const reportUnder = (
  world: World,
  {
    projectId,
    jobId,
    status,
    leaseId,
    options,
  }: { projectId: number; jobId: number; status: string; leaseId: string; options?: RequestOptions },
): Promise<Answer> =>
  world.put(
    `/api/v3/projects/${projectId}/automation/jobs/${jobId}/status`,
    { status, lease_id: leaseId },
    options,
  );

/** When the alarm of a host's object is due; null where none is set. */
export const alarmAt = (hostId: number): Promise<number | null> =>
  runInDurableObject(env.HOST.getByName(String(hostId)), (_, { storage }) => storage.getAlarm());

/** Fires the alarms of a host's object that are due by the world's clock, as the platform would. Returns how many. */
export const fireAlarms = async (world: World, hostId: number): Promise<number> => {
  for (let fired = 0; ; fired++) {
    const ran = await runInDurableObject(
      env.HOST.getByName(String(hostId)),
      async (object: HostObject, { storage }) => {
        const at = await storage.getAlarm();
        if (at === null || at > world.now) return false;
        await storage.deleteAlarm();
        await object.alarm({ scheduledTime: at, isRetry: false, retryCount: 0 });
        return true;
      },
    );
    if (!ran) return fired;
  }
};

/** A job that runs under a lease. */
export const leasedRun = async (world: World): Promise<Ready & { leaseId: string }> => {
  const ready = await world.ready({ jobs: 1 });
  const { lease_id } = oneLease(await lease(world, ready.hostId));
  await reportUnder(world, {
    projectId: ready.projectId,
    jobId: ready.jobId,
    status: "RUNNING",
    leaseId: lease_id,
  });
  return { ...ready, leaseId: lease_id };
};
