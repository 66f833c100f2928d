import { afterAll, beforeAll, expect, test } from "vitest";
import { BadLine, isReport } from "./bad-line.ts";
import { ClockedPlace } from "./clocked-place.ts";
import { Machine } from "./host-process.ts";
import { agentsOf, jobWhen, makeToken, readJob, schedule } from "./service.ts";

const SILENCE_MS = 90_000;

let place: ClockedPlace;
beforeAll(async () => {
  place = await ClockedPlace.open();
});
afterAll(() => place.stop());

const SCRIPT = `echo begun $MUSTER_JOB_ID
while [ ! -e go-$MUSTER_JOB_ID ]; do sleep 0.1; done
echo $MUSTER_JOB_ID $MUSTER_ATTEMPT >> ran`;

test("no run ends differently because D1 does not answer for 90 s, three times its lease", async ({
  onTestFinished,
}) => {
  const machine = await Machine.make(onTestFinished);
  machine.token = (await makeToken({ register_only: true })).token;
  const line = await BadLine.open(onTestFinished);
  machine.address = line.address;
  machine.configure({ command: SCRIPT, shell: true, slots: 6 }, { slots: 6, lease_seconds: 30 });
  const { host, id } = await machine.run(["--verbose"]);
  const { tests = 0 } = await agentsOf(id);
  const { project } = machine;
  const make = (onLost: string) => schedule(project, tests, { on_lost: onLost, max_attempts: 2 });
  // Of each kind one goes on through it, one ends in it and one begins in it.
  const lasting = [await make("fail"), await make("requeue")];
  const ending = [await make("fail"), await make("requeue")];
  for (const job of [...lasting, ...ending])
    await host.emits("output", ({ line: said }) => said === `begun ${job}`);
  // An object that is new learns nothing for a minute; from then on it knows the host's token.
  await new Promise((later) => setTimeout(later, 75_000));
  const isStart = isReport("RUNNING");
  line.fate = (...request) => (isStart(...request) ? "cut" : "pass");
  const beginning = [await make("fail"), await make("requeue")];
  for (const job of beginning)
    await line.passes((method, path, body) => path.includes(`/${job}/`) && isStart(method, path, body));
  await place.silenceD1(true);
  line.fate = () => "pass";
  for (const job of [...ending, ...beginning]) machine.write(`go-${job}`, "");
  await new Promise((later) => setTimeout(later, SILENCE_MS));
  await place.silenceD1(false);
  for (const job of lasting) {
    expect((await readJob(project, job)).status).toBe("RUNNING");
    machine.write(`go-${job}`, "");
  }
  const all = [...lasting, ...ending, ...beginning];
  for (const job of all) {
    const { attempt, history } = await jobWhen(project, job, ({ status }) => status === "COMPLETED");
    expect([job, attempt, history.map(({ to }) => to)]).toEqual([job, 1, ["RUNNING", "COMPLETED"]]);
  }
  const ran = machine.read("ran").trim().split("\n");
  expect(ran.sort()).toEqual(all.map((job) => `${job} 1`).sort());
}, 300_000);
