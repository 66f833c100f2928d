import { env } from "cloudflare:workers";
import { z } from "zod";
import { FAR_START } from "../lease-client.ts";
import { World } from "../world.ts";
import { WINDOW_MS } from "./scene.ts";

const YEAR_MS = 365 * 24 * 60 * 60_000;
/** The number of snapshot ids that one tick looks through, at least. */
const LOOKED_THROUGH = 500;

const only = async (query: string): Promise<number> =>
  z.object({ found: z.int() }).parse(await env.DB.prepare(query).first()).found;

/** The number of snapshots left without a schedule or a job, once the ticks have gone through all of them. */
export const unusedSnapshots = async (): Promise<number> => {
  const newest = await only("SELECT COALESCE(MAX(id), 0) AS found FROM snapshots");
  const world = new World({ now: FAR_START + YEAR_MS });
  for (let turn = 0; turn <= newest / LOOKED_THROUGH; turn++) {
    await world.tick();
    world.advance(WINDOW_MS);
  }
  return only(`SELECT COUNT(*) AS found FROM snapshots WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.snapshot_id = snapshots.id)
    AND NOT EXISTS (SELECT 1 FROM schedules WHERE schedules.snapshot_id = snapshots.id)`);
};
