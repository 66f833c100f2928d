import { parentPort, workerData } from "node:worker_threads";
import { type RenewerStart, runRenewer } from "../../src/host-program/renewer-thread.ts";

/** Beyond any lease of the tests. */
const SLEPT_MS = 10 * 60_000;

/** The renewer's thread on a machine that sleeps as soon as the thread has a lease: the wall clock alone goes on. */
const wallClock = Date.now;
let sleptMs = 0;
Date.now = () => wallClock() + sleptMs;
if (!parentPort) throw new Error("it must be started as a thread");
parentPort.once("message", () => {
  sleptMs = SLEPT_MS;
});
const start: RenewerStart = workerData;
await runRenewer(start, parentPort);
