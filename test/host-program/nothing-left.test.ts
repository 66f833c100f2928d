import { describe, expect, test } from "vitest";
import { Machine, type OnFinished } from "./host-process.ts";
import { processesWith } from "./processes.ts";
import { agentsOf, jobWhen, schedule } from "./service.ts";

/** Runs this script of a shell as a job, and gives what of it is left when the job has ended. */
const leftOf = async (finished: OnFinished, script: string) => {
  const machine = await Machine.make(finished);
  machine.configure({ command: script, shell: true });
  const { id, host } = await machine.run();
  const { tests = 0 } = await agentsOf(id);
  const job = await schedule(machine.project, tests);
  await host.emits("run_ended");
  const left = processesWith(`MUSTER_JOB_ID=${job}`);
  const { status } = await jobWhen(machine.project, job);
  return { status, left, said: await host.emits("run_ended") };
};

const ESCAPES: [string, string][] = [
  ["a child in the background", "sleep 611 &"],
  ["one that holds the output open", "(sleep 612) & echo done"],
  ["one of nohup", "nohup sleep 613 > /dev/null 2>&1 &"],
  ["one of setsid", "setsid sleep 614 > /dev/null 2>&1 &"],
  ["a double fork", "setsid sh -c '(setsid sleep 615 > /dev/null 2>&1 &)'"],
  [
    "one deaf to SIGTERM",
    "setsid sh -c 'trap \"\" TERM HUP; while true; do sleep 1; done' > /dev/null 2>&1 &",
  ],
  [
    "one that forks while it is looked for",
    "setsid sh -c 'while true; do setsid sleep 616 > /dev/null 2>&1 & sleep 0.01; done' > /dev/null 2>&1 &",
  ],
  [
    "a child with an environment of its own",
    "setsid sh -c 'env -i MUSTER_JOB_ID=$MUSTER_JOB_ID sleep 617 & wait' > /dev/null 2>&1 &",
  ],
];

describe.concurrent("nothing is left of a run that has ended", () => {
  for (const [name, script] of ESCAPES) {
    test(`not ${name}`, async ({ onTestFinished }) => {
      const { status, left, said } = await leftOf(onTestFinished, script);
      expect([status, left, said.left]).toEqual(["COMPLETED", [], []]);
    });
  }
});
