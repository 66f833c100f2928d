import { jobsIn } from "../world.ts";
import { demand, isEnded, isOpen, isUnderLease } from "./moves.ts";
import { setActive, setPaused } from "./operators.ts";
import { makeAgent, revive } from "./places.ts";
import type { Run } from "./run.ts";
import { RUN_LIMIT_MS, WINDOW_MS } from "./scene.ts";
import { deleteSchedule, pauseSchedule } from "./schedules.ts";

const LONGEST_LEASE_MS = 120_000;
const STEP_MS = 2 * WINDOW_MS;

/** The end of a run: after any commands no job is lost, and each one ends. */
export const drain = async (run: Run): Promise<void> => {
  const { world, hostId } = run.scene;
  await run.settle();
  if (run.isPlanned) return drainPlanned(run);
  await run.send(setActive(run.scene, true, run.scene.place()));
  for (const job of run.jobs.values()) if (!job.handedOut) await run.send(setPaused(run.scene, job, false));
  world.advance(LONGEST_LEASE_MS);
  await run.fireAlarms();
  const left = () => [...run.jobs.values()].filter((job) => !isEnded(job));
  if (left().some(isOpen)) {
    const offered = jobsIn(await world.poll(hostId));
    for (const job of left().filter(isOpen)) {
      demand(offered.includes(job.id), "an open job is offered again within the lease time", job, offered);
    }
  }
  if (left().some(({ holder }) => isUnderLease(holder))) {
    world.advance(WINDOW_MS);
    await run.tick(world.now);
  }
  for (const job of left()) {
    const unwatched = !isOpen(job) && isUnderLease(job.holder);
    demand(!unwatched, "a run whose lease nobody renews is lost, by the next tick at the latest", job);
  }
  for (const job of left().filter(isOpen)) {
    const answer = await run.send(run.requests.start("nothing", job.id));
    demand(answer?.status === 200, "who was offered a job may start it", job, answer?.text);
  }
  for (let passed = 0; passed <= RUN_LIMIT_MS && left().length > 0; passed += STEP_MS) {
    world.advance(STEP_MS);
    await run.send(run.requests.ping({ own: false }));
    await run.tick(world.now);
  }
  demand(left().length === 0, "every job ends, though its host goes on pinging", left());
};

/** The end of a run with schedules: each goes on if it can, until it is deleted; then nothing of it is left. */
const drainPlanned = async (run: Run): Promise<void> => {
  const { scene, requests } = run;
  for (const place of scene.places) {
    await run.send(revive(scene, place));
    await run.send(makeAgent(scene, place));
  }
  for (const schedule of run.schedules.values()) {
    if (!schedule.paused) continue;
    const answer = await run.send(pauseSchedule(scene, schedule, false));
    demand(answer?.status === 200, "a schedule whose agent is there goes on", schedule, answer?.text);
  }
  scene.world.advance(LONGEST_LEASE_MS);
  await run.fireAlarms();
  for (const place of scene.places)
    await run.send(requests.poll("nothing", { own: false, look: "wide" }, place));
  for (const schedule of run.schedules.values()) await run.send(deleteSchedule(scene, schedule));
  const left = () => [...run.jobs.values()].filter((job) => !isEnded(job));
  demand(!left().some(isOpen), "nothing waits of what was deleted", left());
  for (let passed = 0; passed <= RUN_LIMIT_MS && left().length > 0; passed += STEP_MS) {
    scene.world.advance(STEP_MS);
    for (const place of scene.places) await run.send(requests.ping({ own: false }, place));
    await run.fireAlarms();
    await run.tick(scene.world.now);
  }
  demand(left().length === 0, "every run ends", left());
};
