import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BadLine, isReport } from "./bad-line.ts";
import { ClockedPlace } from "./clocked-place.ts";
import { type HostProcess, Machine, type OnFinished } from "./host-process.ts";
import { agentsOf, jobWhen, makeToken, readJob, reasonOf, schedule } from "./service.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long the line is cut; the last one is longer than the service knows a request again by its key. */
const CUTS: [string, number][] = [
  ["1 s", SECOND],
  ["10 min", 10 * MINUTE],
  ["2 h", 2 * HOUR],
  ["25 h", 25 * HOUR],
];
/** Longer than this, and the service takes the host for lost. */
const LEASE_MS = 30 * SECOND;

/** A run says that it began, waits until it may end, and notes that it ran. */
const SCRIPT = `echo begun $MUSTER_JOB_ID
while [ ! -e go-$MUSTER_JOB_ID ]; do sleep 0.1; done
echo $MUSTER_JOB_ID $MUSTER_ATTEMPT >> ran`;

let place: ClockedPlace;
beforeAll(async () => {
  place = await ClockedPlace.open();
});
afterAll(() => place.stop());

interface Scene {
  machine: Machine;
  line: BadLine;
  host: HostProcess;
  hostId: number;
  /** Makes a job that is due. */
  make: (facts?: object) => Promise<number>;
  /** Lets a run end. */
  letEnd: (job: number) => void;
  read: (job: number) => ReturnType<typeof readJob>;
  ended: (job: number, status?: string) => ReturnType<typeof jobWhen>;
}

const sceneOf = async (finished: OnFinished, sleeps = false): Promise<Scene> => {
  const machine = await Machine.make(finished);
  machine.token = (await makeToken({ register_only: true })).token;
  const line = await BadLine.open(finished);
  machine.address = line.address;
  machine.configure({ command: SCRIPT, shell: true }, { slots: 4 });
  machine.write("ran", "");
  const { host, id } = await machine.run(["--verbose"], place.clockOf(machine, sleeps));
  const { tests = 0 } = await agentsOf(id);
  const { project } = machine;
  // The usual limit of a run is shorter than the longest cut.
  const start = () => ({
    start_date: new Date(place.now() - SECOND).toISOString(),
    allocated_minutes: 48 * 60,
  });
  return {
    ...{ machine, line, host, hostId: id },
    make: (facts = {}) => schedule(project, tests, { ...start(), ...facts }),
    letEnd: (job) => void machine.write(`go-${job}`, ""),
    read: (job) => readJob(project, job),
    ended: (job, status = "COMPLETED") => jobWhen(project, job, (now) => now.status === status),
  };
};

const begun = ({ host }: Scene, job: number) => host.emits("output", ({ line }) => line === `begun ${job}`);
const runsOf = ({ machine }: Scene, job: number): string[] =>
  machine
    .read("ran")
    .split("\n")
    .filter((run) => run.startsWith(`${job} `));
const isStart = isReport("RUNNING");
const isEnd = isReport("COMPLETED");

describe.each(CUTS)("a line that is cut for %s", (_, ms) => {
  const isLong = ms > LEASE_MS;

  /** Cuts the line for so long; what happens meanwhile is `during`. */
  const cut = async ({ line, machine, hostId }: Scene, during: () => Promise<unknown>): Promise<void> => {
    line.fate = () => "cut";
    await during();
    await place.pass(ms, machine, hostId);
    line.fate = () => "pass";
  };

  test("before the service hears of a start: the job runs once, afterwards", async ({ onTestFinished }) => {
    const scene = await sceneOf(onTestFinished);
    const { line, host, make, letEnd, ended, machine, hostId } = scene;
    line.fate = (...request) => (isStart(...request) ? "cut" : "pass");
    const job = await make();
    letEnd(job);
    await line.passes((...request) => isStart(...request));
    line.fate = () => "cut";
    await place.pass(ms, machine, hostId);
    line.fate = () => "pass";
    expect((await ended(job)).attempt).toBe(1);
    await host.emits("reported", (event) => event.job === job);
    expect(runsOf(scene, job)).toEqual([`${job} 1`]);
  });

  test("once the service has heard of a start: the job has one end, and runs only within its lease", async ({
    onTestFinished,
  }) => {
    const scene = await sceneOf(onTestFinished);
    const { line, make, letEnd, ended, machine, hostId, read } = scene;
    line.fate = (...request) => (isStart(...request) ? "deaf" : "pass");
    const job = await make();
    letEnd(job);
    await line.passes((...request) => isStart(...request));
    line.fate = () => "cut";
    await place.pass(ms, machine, hostId);
    line.fate = () => "pass";
    await ended(job, isLong ? "FAILED" : "COMPLETED");
    await scene.host.emits("reported", (event) => event.job === job);
    expect(runsOf(scene, job)).toEqual(isLong ? [] : [`${job} 1`]);
    expect((await read(job)).history.filter(({ to }) => to === "RUNNING")).toHaveLength(1);
  });

  test("in the middle of a run: it goes on, and its result counts", async ({ onTestFinished }) => {
    const scene = await sceneOf(onTestFinished);
    const { make, letEnd, ended, read } = scene;
    const job = await make();
    await begun(scene, job);
    await cut(scene, async () => undefined);
    if (isLong) await ended(job, "FAILED");
    // What is lost is learned by the next renewal: the run goes on all the same.
    await new Promise((later) => setTimeout(later, SECOND));
    letEnd(job);
    await ended(job);
    expect(reasonOf(await read(job))).toBe(isLong ? "late" : null);
    expect(runsOf(scene, job)).toEqual([`${job} 1`]);
  });

  test("at the end of a run: its result is reported once the connection is back", async ({
    onTestFinished,
  }) => {
    const scene = await sceneOf(onTestFinished);
    const { host, make, letEnd, ended, read } = scene;
    const job = await make();
    await begun(scene, job);
    await cut(scene, async () => {
      letEnd(job);
      await host.emits("run_ended", ({ run }) => Reflect.get(Object(run), "job") === job);
    });
    await ended(job);
    const { history } = await read(job);
    expect(history.at(-1)?.reason).toBe(isLong ? "late" : null);
    expect(runsOf(scene, job)).toEqual([`${job} 1`]);
    // The report still says when it ended: so long before it was heard.
    const last = history.at(-1);
    const endedAt = Date.parse(/^ended at (\S+)$/m.exec(String(last?.note))?.[1] ?? "");
    if (isLong) expect(Math.abs(Date.parse(last?.at ?? "") - endedAt - ms)).toBeLessThan(40 * SECOND);
  });

  test("between the end of a run and the answer to it: it is there once", async ({ onTestFinished }) => {
    const scene = await sceneOf(onTestFinished);
    const { line, host, make, letEnd, ended, machine, hostId } = scene;
    const job = await make();
    await begun(scene, job);
    line.fate = (...request) => (isEnd(...request) ? "deaf" : "pass");
    letEnd(job);
    await line.passes((...request) => isEnd(...request));
    line.fate = () => "cut";
    await place.pass(ms, machine, hostId);
    line.fate = () => "pass";
    await host.emits("reported", (event) => event.job === job);
    const { history } = await ended(job);
    expect(history.filter(({ to }) => to === "COMPLETED")).toHaveLength(1);
    expect(runsOf(scene, job)).toEqual([`${job} 1`]);
  });

  test("at the end of a run that is requeued: the attempt whose lease is over counts no more", async ({
    onTestFinished,
  }) => {
    const scene = await sceneOf(onTestFinished);
    const { host, make, letEnd, ended } = scene;
    const job = await make({ on_lost: "requeue", max_attempts: 2 });
    await begun(scene, job);
    await cut(scene, async () => {
      letEnd(job);
      await host.emits("run_ended", ({ run }) => Reflect.get(Object(run), "job") === job);
    });
    expect((await ended(job)).attempt).toBe(isLong ? 2 : 1);
    expect(runsOf(scene, job)).toEqual(isLong ? [`${job} 1`, `${job} 2`] : [`${job} 1`]);
  });
});

describe("a machine that sleeps for longer than a lease", () => {
  const SOON_MS = 6 * SECOND;

  /** How long after its machine woke a run was ended. */
  const endedAfterSleep = async (scene: Scene, job: number): Promise<number> => {
    await begun(scene, job);
    await place.pass(10 * MINUTE, scene.machine, scene.hostId);
    const wokeAt = performance.now();
    await scene.host.emits("run_ended", ({ run }) => Reflect.get(Object(run), "job") === job);
    return performance.now() - wokeAt;
  };

  test("ends a run whose time was up meanwhile", async ({ onTestFinished }) => {
    const scene = await sceneOf(onTestFinished, true);
    const job = await scene.make({ allocated_minutes: 5 });
    expect(await endedAfterSleep(scene, job)).toBeLessThan(SOON_MS);
    expect(await scene.host.emits("run_ended")).toMatchObject({
      reason: "stopped after the 5 min that its schedule allows",
    });
  });

  test("lets another run go on, whose result counts", async ({ onTestFinished }) => {
    const scene = await sceneOf(onTestFinished, true);
    const job = await scene.make();
    await begun(scene, job);
    await place.pass(10 * MINUTE, scene.machine, scene.hostId);
    await scene.ended(job, "FAILED");
    await new Promise((later) => setTimeout(later, SECOND));
    scene.letEnd(job);
    await scene.ended(job);
    expect(reasonOf(await scene.read(job))).toBe("late");
  });
});
