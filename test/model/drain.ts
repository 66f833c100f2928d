import { jobsIn } from "../world.ts";
import { demand, isEnded, isOpen, isUnderLease } from "./moves.ts";
import { setActive, setPaused } from "./operators.ts";
import type { Run } from "./run.ts";
import { RUN_LIMIT_MS, WINDOW_MS } from "./scene.ts";

const LONGEST_LEASE_MS = 120_000;
const STEP_MS = 2 * WINDOW_MS;

/** The end of a run: whatever was done before, no job is lost and each one ends. */
export const drain = async (run: Run): Promise<void> => {
  const { world, hostId } = run.scene;
  await run.settle();
  await run.send(setActive(run.scene, true));
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
    await run.send(run.requests.ping(false));
    await run.tick(world.now);
  }
  demand(left().length === 0, "every job ends, though its host goes on pinging", left());
};
