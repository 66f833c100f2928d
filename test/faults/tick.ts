import { expect } from "vitest";
import { kindsOf } from "../alarms/read-alarms.ts";
import { FAR_START, lease, oneLease, renew, reportUnder } from "../lease-client.ts";
import { HOUR, MINUTE, World } from "../world.ts";
import { everyPlan, faultText, type Planned, planned } from "./plan.ts";

/** What each step of the tick has to do; a failure of the step leaves it for the next one. */
const STEPS: Record<string, string[]> = {
  presence: ["silent host Offline"],
  overdue: ["waiting job NOT_RUN"],
  lost_runs: ["long run FAILED run_limit", "silent host's run FAILED host_lost"],
  alarms: ["alarms host_silent"],
};
export const EVERYTHING = Object.values(STEPS).flat();

let scenes = 0;

/** A host that falls silent with a run, a job whose time passes and a leased run whose time is up, an hour later. */
export const anHourOn = async () => {
  const { seam, arm, trips } = planned();
  const world = new World({ seam, now: FAR_START + scenes++ * 6 * HOUR });
  const [silent, other] = [await world.ready({ jobs: 1 }), await world.ready()];
  await world.ping(silent.hostId, silent.guid);
  await world.report(silent.projectId, silent.jobId, "RUNNING");
  const long = await world.schedule(other.projectId, other.agentId, { facts: { allocated_minutes: 45 } });
  const { lease_id } = oneLease(await lease(world, other.hostId));
  await reportUnder(world, {
    projectId: other.projectId,
    jobId: long.jobId,
    status: "RUNNING",
    leaseId: lease_id,
  });
  world.advance(30 * MINUTE);
  await world.tick();
  const waiting = await world.schedule(other.projectId, other.agentId);
  world.advance(30 * MINUTE);
  const endOf = async (projectId: number, jobId: number) => {
    const { status, history } = await world.job(projectId, jobId);
    expect(history.length).toBeLessThanOrEqual(2);
    expect(history.at(-1)?.to ?? "PLANNED").toBe(status);
    return `${status} ${history.at(-1)?.reason}`;
  };
  /** The work of the tick that is done. */
  const done = async (): Promise<string[]> => {
    const { body } = await world.get(`/api/v3/automation/hosts/${silent.hostId}`);
    const facts = [
      `silent host ${Reflect.get(Object(body), "status")}`,
      `waiting job ${(await world.job(other.projectId, waiting.jobId)).status}`,
      `long run ${await endOf(other.projectId, long.jobId)}`,
      `silent host's run ${await endOf(silent.projectId, silent.jobId)}`,
      ...(await kindsOf(world, other.projectId)).map((kind) => `alarms ${kind}`),
    ];
    return facts.filter((fact) => EVERYTHING.includes(fact));
  };
  /** Runs the tick under these faults; gives what it threw, if it did. */
  const tick = async (...plans: Planned[]): Promise<string | undefined> => {
    arm(...plans);
    return world.tick().then(
      () => undefined,
      (error: unknown) => String(error),
    );
  };
  const next = async () => {
    arm();
    world.advance(30 * MINUTE);
    await world.tick();
  };
  const renewed = () => renew(world, other.hostId, lease_id);
  return { done, tick, next, arm, trips, renewed };
};

/** A tick with nothing going wrong, and the calls that it makes. */
export const undisturbed = async () => {
  const { done, tick, trips, arm } = await anHourOn();
  expect(await tick()).toBeUndefined();
  const calls = [...trips()];
  arm();
  expect(await done()).toEqual(EVERYTHING);
  return calls;
};

/** Those of a list whose place is a multiple of `every`: each of them for 1. */
const sampled = <Each>(all: readonly Each[], every: number): Each[] =>
  all.filter((_, place) => place % every === 0);

/** Lets one call of the tick after another fail: each, or one of `every`. The other steps run, and the next tick does the work of the failed one. */
export const failOneStep = async (every: number): Promise<void> => {
  const calls = await undisturbed();
  for (const plan of sampled(everyPlan(calls.length, "overloaded"), every)) {
    const { done, tick, next, arm, trips } = await anHourOn();
    const thrown = await tick(plan);
    // Which projects are looked through differs from scene to scene, and with it how many calls are made.
    const made = [...trips()];
    const message = faultText(plan, made);
    arm();
    const [failed = "lost_runs", ...others] = Object.keys(STEPS).filter((step) => thrown?.includes(step));
    expect(others, message).toEqual([]);
    // An object that does not answer is no failure: its host or project has its turn at a later tick.
    const hit = made[plan.nth - 1];
    expect(thrown === undefined, message).toBe(hit === undefined || hit.to === "object");
    const left = STEPS[failed] ?? [];
    expect(await done(), message).toEqual(
      expect.arrayContaining(EVERYTHING.filter((work) => !left.includes(work))),
    );
    await next();
    expect(await done(), message).toEqual(EVERYTHING);
  }
};

/** Lets the Worker die at one call of the tick after another: at each, or at one of `every`. The next tick does the work. */
export const dieInTick = async (every: number): Promise<void> => {
  const calls = await undisturbed();
  for (const plan of sampled(everyPlan(calls.length, "dead"), every)) {
    const { done, tick, next } = await anHourOn();
    await tick(plan);
    await next();
    expect(await done(), faultText(plan, calls)).toEqual(EVERYTHING);
  }
};
