import { expect, test } from "vitest";
import { BadLine, isReport } from "./bad-line.ts";
import { Machine } from "./host-process.ts";
import { agentsOf, jobWhen, readJob, schedule } from "./service.ts";

/** Longer than a lease of 30 s and the look at what ran out. */
const UNANSWERED_MS = 50_000;

test("nobody begins a job again while its end is not answered, longer than its lease", async ({
  onTestFinished,
}) => {
  const machine = await Machine.make(onTestFinished);
  const line = await BadLine.open(onTestFinished);
  machine.address = line.address;
  const settings = { slots: 2, lease_seconds: 30 };
  machine.configure({ command: 'echo "$MUSTER_JOB_ID" >> ran', shell: true, slots: 2 }, settings);
  const { host, id } = await machine.run();
  const { tests = 0 } = await agentsOf(id);
  line.fate = (...request) => (isReport("COMPLETED")(...request) ? "503" : "pass");
  const job = await schedule(machine.project, tests, { on_lost: "requeue", max_attempts: 2 });
  await host.emits("run_ended");
  await new Promise((later) => setTimeout(later, UNANSWERED_MS));
  expect((await readJob(machine.project, job)).status).toBe("RUNNING");
  line.fate = () => "pass";
  const { status, attempt } = await jobWhen(machine.project, job);
  expect([status, attempt, machine.read("ran")]).toEqual(["COMPLETED", 1, `${job}\n`]);
});
