import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { HostObject } from "../../src/index.ts";
import type { Seam } from "../fault-injection.ts";
import type { World } from "../world.ts";

/** Puts `seam` around what a host's object itself calls, until it is evicted. */
export const standAroundObject = (hostId: number, seam: Seam): Promise<void> =>
  runInDurableObject(env.HOST.getByName(String(hostId)), (object: HostObject) => {
    const own: Env = Reflect.get(object, "env");
    Reflect.set(object, "env", seam(own));
  });

/**
 * Fires the alarm of a host's object, if the world's clock has reached it, with `seam` around the object's own
 * D1. `meanwhile` runs while the alarm does: other calls of the object get in as they would. Gives whether it
 * fired.
 */
export const fireAlarmWith = (
  world: World,
  hostId: number,
  { seam, meanwhile = async () => undefined }: { seam: Seam; meanwhile?: () => Promise<unknown> },
): Promise<boolean> =>
  runInDurableObject(env.HOST.getByName(String(hostId)), async (object: HostObject, { storage }) => {
    const at = await storage.getAlarm();
    if (at === null || at > world.now) return false;
    await storage.deleteAlarm();
    const own: Env = Reflect.get(object, "env");
    Reflect.set(object, "env", seam(own));
    try {
      const alarm = object.alarm({ scheduledTime: at, isRetry: false, retryCount: 0 });
      await Promise.all([alarm, meanwhile()]);
    } finally {
      Reflect.set(object, "env", own);
    }
    return true;
  });
