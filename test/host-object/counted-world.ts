import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { counting } from "../fault-injection.ts";
import { FAR_START } from "../lease-client.ts";
import { jobsIn, MINUTE, World } from "../world.ts";

/** A world that counts which polls read D1. */
export const countedWorld = () => {
  const { seam, counts } = counting();
  const world = new World({ seam, now: FAR_START });
  /** Polls; whether D1 was asked, and for which jobs. */
  const poll = async (hostId: number, options = {}) => {
    counts.reset();
    const jobs = jobsIn(await world.poll(hostId, options));
    return { jobs, askedD1: counts.d1RoundTrips > 0 };
  };
  /** Lets the host's object learn that there is nothing, if that is so, and evicts it. */
  const settle = async (hostId: number) => {
    world.advance(MINUTE);
    await poll(hostId);
    await poll(hostId);
    await evictDurableObject(env.HOST.getByName(String(hostId)));
  };
  return { world, counts, poll, settle };
};

export const NOTHING = { jobs: [], askedD1: false };

export const readyIn = async ({ world, settle }: ReturnType<typeof countedWorld>) => {
  const ready = await world.ready();
  await settle(ready.hostId);
  return ready;
};
