import { runInDurableObject } from "cloudflare:test";
import type { HostObject } from "../../src/index.ts";
import { type Around, standingAround } from "../fault-injection.ts";
import type { AlarmFault } from "./commands.ts";
import type { Scene } from "./scene.ts";

/** Fires the alarm of the host's object once, if the clock has reached it, with `around` about its calls of D1. */
const fireOnce = ({ world }: Scene, around: Around, object: Scene["object"]): Promise<boolean> =>
  runInDurableObject(object, async (instance: HostObject, { storage }) => {
    const at = await storage.getAlarm();
    if (at === null || at > world.now) return false;
    await storage.deleteAlarm();
    const plain: Env = Reflect.get(instance, "env");
    Reflect.set(instance, "env", standingAround(around)(plain));
    try {
      await instance.alarm({ scheduledTime: at, isRetry: false, retryCount: 0 });
    } finally {
      Reflect.set(instance, "env", plain);
    }
    return true;
  });

const BROKEN = new Error("the storage broke");

const AROUND: Record<"none" | "before" | "after", Around> = {
  none: (_, go) => go(),
  before: () => Promise.reject(BROKEN),
  after: async (_, go) => {
    await go();
    throw BROKEN;
  },
};

/** Fires alarms as the platform does: one at a time. One may wait long for the storage. */
export class Alarms {
  #waiting: { goOn: () => void; done: Promise<unknown> } | null = null;

  readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  get waits(): boolean {
    return this.#waiting !== null;
  }

  /** Fires all alarms that are due; only the first where the storage fails or waits. False if none was due. */
  async fire(fault: AlarmFault): Promise<boolean> {
    const finished = await this.finish();
    if (fault === "held") return (await this.#fireHeld()) || finished;
    let fired = false;
    for (const { hostId } of this.scene.places) {
      fired = (await fireOnce(this.scene, AROUND[fault], this.scene.objectOf(hostId))) || fired;
    }
    if (fired && fault === "none") await this.fire("none");
    return fired || finished;
  }

  /** An alarm that waits for the storage is answered by it. */
  async finish(): Promise<boolean> {
    const waiting = this.#waiting;
    if (!waiting) return false;
    waiting.goOn();
    await waiting.done;
    this.#waiting = null;
    return true;
  }

  /** The object and the test may not settle each other's promises: each polls what the other has set. */
  async #fireHeld(): Promise<boolean> {
    const state = { arrived: false, released: false };
    const done = fireOnce(
      this.scene,
      async (_, go) => {
        // What else the object calls meanwhile goes on.
        if (state.arrived) return go();
        state.arrived = true;
        while (!state.released) await aMoment();
        return go();
      },
      this.scene.object,
    ).finally(() => {
      state.arrived = true;
    });
    while (!state.arrived) await aMoment();
    this.#waiting = {
      goOn: () => {
        state.released = true;
      },
      done,
    };
    return true;
  }
}

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
