import { expect, test } from "vitest";
import { Machine } from "./host-process.ts";
import { agentsOf, jobWhen, schedule } from "./service.ts";

/** Longer than a lease. */
const BUSY_MS = 40_000;

/** At SIGUSR2 the program's main thread does nothing else for so long. */
const BUSY = `
import { isMainThread } from "node:worker_threads";
if (isMainThread) process.on("SIGUSR2", () => {
  console.log("busy");
  for (const end = performance.now() + ${BUSY_MS}; performance.now() < end; );
});
`;

test("a program that is busy for longer than a lease is not taken for lost: a thread of its own renews it", async ({
  onTestFinished,
}) => {
  const machine = await Machine.make(onTestFinished);
  machine.configure({ command: `echo begun; sleep ${BUSY_MS / 1000}`, shell: true }, { lease_seconds: 30 });
  const busy = machine.write("busy.mjs", BUSY);
  const { host, id } = await machine.run(["--verbose"], { NODE_OPTIONS: `--import=${busy}` });
  const { tests = 0 } = await agentsOf(id);
  const job = await schedule(machine.project, tests);
  await host.emits("output", ({ line }) => line === "begun");
  host.signal("SIGUSR2");
  const { history } = await jobWhen(machine.project, job, undefined, 100);
  expect(history.map(({ to }) => to)).toEqual(["RUNNING", "COMPLETED"]);
}, 180_000);
