import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePrograms } from "../../src/local/bundle-programs.ts";
import { build } from "../bench/build.ts";
import { ADMIN_TOKEN, migrate, startWorkers } from "../bench/workerd.ts";
import type { Machine } from "./host-process.ts";
import { useService } from "./service.ts";

/** How far ahead of the machine's time the clocks of a host are: its own, its steady one and that of its timers. */
const CLOCK = `
import { readFileSync } from "node:fs";
import os from "node:os";
import { syncBuiltinESMExports } from "node:module";
const ahead = () => Number(readFileSync(CLOCK_FILE, "utf8"));
const now = Date.now, steady = process.hrtime.bigint, uptime = os.uptime;
Date.now = () => now() + ahead();
process.hrtime.bigint = () => steady() + BigInt(ahead()) * 1_000_000n;
os.uptime = () => uptime() + ahead() / 1000;
syncBuiltinESMExports();
`;

/** The same of a machine that sleeps: its steady clock and its timers stand still. */
const SLEEPING = CLOCK.replace(/^process\.hrtime\.bigint = .*$/m, "");

/** A service of this file's own whose time the test moves, with that of the hosts on it. */
export class ClockedPlace {
  readonly #folder = mkdtempSync(join(tmpdir(), "muster-clocked-"));
  readonly #url: URL;
  readonly stop: () => Promise<void>;
  #aheadMs = 0;

  private constructor(url: URL, stop: () => Promise<void>) {
    this.#url = url;
    this.stop = async () => {
      await stop();
      rmSync(this.#folder, { recursive: true });
    };
  }

  /** Starts it; the calls of service.ts go there from then on. */
  static async open(): Promise<ClockedPlace> {
    await writePrograms();
    const built = mkdtempSync(join(tmpdir(), "muster-clocked-build-"));
    const { script } = await build(built, "../host-program/clocked-worker.ts");
    rmSync(built, { recursive: true });
    const runtime = await startWorkers({ clocked: { script } });
    const [worker] = runtime.workers;
    if (!worker) throw new Error("no Worker was started");
    await migrate(worker.db);
    useService({ address: worker.url.origin, token: ADMIN_TOKEN });
    return new ClockedPlace(worker.url, runtime.stop);
  }

  /** The environment of a host whose time is moved with the service's; of one that sleeps meanwhile if `sleeps`. */
  clockOf(machine: Machine, sleeps = false): Record<string, string> {
    const file = machine.write("ahead", String(this.#aheadMs));
    const clock = (sleeps ? SLEEPING : CLOCK).replace("CLOCK_FILE", JSON.stringify(file));
    return { NODE_OPTIONS: `--import=${machine.write("clock.mjs", clock)}` };
  }

  /** Lets time pass for the service and for a machine with this host on it. */
  async pass(ms: number, machine: Machine, hostId: number): Promise<void> {
    this.#aheadMs += ms;
    machine.write("ahead", String(this.#aheadMs));
    await this.#ask(`/move?ms=${ms}&hosts=${hostId}`);
  }

  /** From here on the service's D1 does not answer, or does again. */
  async silenceD1(silent: boolean): Promise<void> {
    await this.#ask(`/d1?silent=${silent}`);
  }

  /** What the service's clock shows. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  async #ask(path: string): Promise<void> {
    const answer = await fetch(new URL(path, this.#url));
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
}
