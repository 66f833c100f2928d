import { describe, expect, test } from "vitest";
import { BadLine, type Fate, isReport } from "./bad-line.ts";
import { Machine, type OnFinished } from "./host-process.ts";
import { agentsOf, jobWhen, readJob, schedule } from "./service.ts";

const isFile = (method: string, path: string) => method === "PUT" && path.includes("/artifacts/");
const isLease = (method: string, path: string) => method === "POST" && path.endsWith("/leases");
const isStart = isReport("RUNNING");
const isEnd = isReport("COMPLETED");

/** A machine that is registered, behind a line that can be bad, whose agent runs this script of a shell. */
const machineOf = async (finished: OnFinished, script: string) => {
  const machine = await Machine.make(finished);
  const line = await BadLine.open(finished);
  machine.address = line.address;
  machine.configure({ command: script, shell: true, artifacts: ["*.png"] });
  const first = machine.start(["once", "--json"]);
  const { host } = await first.emits("started");
  expect(await first.ends()).toBe(0);
  const { tests = 0 } = await agentsOf(Number(host));
  const make = () => schedule(machine.project, tests);
  /** Gives up after so many seconds without an answer. */
  const once = (seconds = 2) =>
    machine.start(["once", "--json", "--verbose", "--give-up-seconds", `${seconds}`]);
  const status = async (job: number) => (await readJob(machine.project, job)).status;
  return { machine, line, make, once, status, project: machine.project };
};

/** From here on such requests are answered so. */
const answers =
  (fits: (method: string, path: string, body: string) => boolean, fate: Fate) =>
  (method: string, path: string, body: string): Fate =>
    fits(method, path, body) ? fate : "pass";

const PICTURE = "echo begun; echo picture > a.png";

describe.concurrent("once", () => {
  test("takes what is due, finishes it and ends: with 0 if all went well", async ({ onTestFinished }) => {
    const { make, once, status } = await machineOf(onTestFinished, "exit 0");
    const jobs = [await make(), await make()];
    const host = once();
    expect(await host.ends()).toBe(0);
    for (const job of jobs) expect(await status(job)).toBe("COMPLETED");
    expect(host.events.at(-1)).toMatchObject({ event: "stopped", counts: { COMPLETED: 2 } });
  });

  test("ends with 1 if a run failed", async ({ onTestFinished }) => {
    const { make, once, status } = await machineOf(onTestFinished, "exit 3");
    const job = await make();
    expect(await once().ends()).toBe(1);
    expect(await status(job)).toBe("FAILED");
  });

  test("does not wait for ever for a file that is answered 503, says so, and sends it the next time", async ({
    onTestFinished,
  }) => {
    const { machine, line, make, once, status } = await machineOf(onTestFinished, PICTURE);
    const job = await make();
    line.fate = answers(isFile, "503");
    const host = once();
    expect(await host.ends()).toBe(1);
    expect(await status(job)).toBe("COMPLETED");
    expect(host.events.findLast(({ event }) => event === "trouble")).toMatchObject({
      message: `the service did not take all that is to be said of 1 of the runs; the next start with the state folder ${machine.state} says the rest`,
    });
    line.fate = () => "pass";
    const next = once();
    expect(await next.ends()).toBe(0);
    expect(await next.emits("files_sent")).toMatchObject({ job, artifacts: 1, refused: [], unsent: [] });
  });

  test("does not wait for ever for the answer to an end, and says it the next time", async ({
    onTestFinished,
  }) => {
    const { line, make, once, status } = await machineOf(onTestFinished, "exit 0");
    const job = await make();
    line.fate = answers(isEnd, "503");
    expect(await once().ends()).toBe(1);
    expect(await status(job)).toBe("RUNNING");
    line.fate = () => "pass";
    expect(await once().ends()).toBe(0);
    expect(await status(job)).toBe("COMPLETED");
  });

  test("does not wait for ever for the answer to a start", async ({ onTestFinished }) => {
    const { machine, line, make, once, project } = await machineOf(onTestFinished, "echo yes >> ran.txt");
    machine.write("ran.txt", "");
    const job = await make();
    line.fate = answers(isStart, "deaf");
    expect(await once().ends()).toBe(1);
    expect(await jobWhen(project, job)).toMatchObject({ status: "FAILED" });
    expect(machine.read("ran.txt")).toBe("");
  });

  test("ends with 1 where the service does not answer at all", async ({ onTestFinished }) => {
    const { line, once } = await machineOf(onTestFinished, "exit 0");
    line.fate = () => "page";
    const host = once();
    expect(await host.ends()).toBe(1);
    expect(host.output).toMatch(
      /^http\S+ answers 200 with something that is not of the service; it was tried for 2 s$/m,
    );
  });

  test("ends with 1 where its polls are not answered", async ({ onTestFinished }) => {
    const { line, make, once, status } = await machineOf(onTestFinished, "exit 0");
    const job = await make();
    line.fate = answers(isLease, "503");
    expect(await once().ends()).toBe(1);
    expect(await status(job)).toBe("PLANNED");
  });

  test("ends with 1 where its disk is too full to take what is due", async ({ onTestFinished }) => {
    const { machine, make, status } = await machineOf(onTestFinished, "exit 0");
    const job = await make();
    const host = machine.start(["once", "--json", "--free-disk", "900TB"]);
    expect(await host.ends()).toBe(1);
    expect(await host.emits("trouble")).toMatchObject({
      message: expect.stringContaining("no job is asked for"),
    });
    expect(await status(job)).toBe("PLANNED");
  });

  test("lets a run end that goes on longer than the service is silent", async ({ onTestFinished }) => {
    const { line, make, once, project } = await machineOf(onTestFinished, "echo begun; sleep 12");
    const job = await make();
    const host = once(10);
    await host.emits("output", ({ line: said }) => said === "begun");
    line.fate = () => "cut";
    await host.emits("run_ended");
    line.fate = () => "pass";
    expect(await host.ends()).toBe(0);
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
  });

  test("that is told to stop finishes what runs, and waits a while for the service to take it", async ({
    onTestFinished,
  }) => {
    const { line, make, once, status } = await machineOf(onTestFinished, `${PICTURE}; sleep 1`);
    const job = await make();
    const host = once(60);
    await host.emits("output", ({ line: said }) => said === "begun");
    let failures = 2;
    line.fate = (method, path, body) =>
      (isEnd(method, path, body) || isFile(method, path)) && failures-- > 0 ? "503" : "pass";
    host.signal("SIGTERM");
    expect([await host.ends(), host.events.at(-1)]).toMatchObject([0, { counts: { COMPLETED: 1 } }]);
    expect(await status(job)).toBe("COMPLETED");
    expect(await host.emits("files_sent")).toMatchObject({ job, artifacts: 1 });
  });
});
