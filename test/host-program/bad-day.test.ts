import { describe, expect, test } from "vitest";
import { z } from "zod";
import { BadLine, type Fate, isReport } from "./bad-line.ts";
import { type HostProcess, Machine, type OnFinished } from "./host-process.ts";
import { isAlive, processesWith } from "./processes.ts";
import { agentsOf, call, jobWhen, makeToken, readJob, reasonOf, schedule, tokenIdOf } from "./service.ts";

interface Scene {
  machine: Machine;
  line: BadLine;
  host: HostProcess;
  project: number;
  agent: number;
}

/** A machine behind a line that can be bad, whose agent runs this script of a shell. */
const sceneOf = async (finished: OnFinished, script: string, host: object = {}): Promise<Scene> => {
  const machine = await Machine.make(finished);
  const line = await BadLine.open(finished);
  machine.address = line.address;
  machine.configure({ command: script, shell: true }, { slots: 4, ...host });
  const started = await machine.run(["--verbose"]);
  const { tests = 0 } = await agentsOf(started.id);
  return { machine, line, host: started.host, project: machine.project, agent: tests };
};

const starts = ({ history }: { history: { from: string; to: string }[] }) =>
  history.filter(({ from, to }) => to === "RUNNING" && from !== "RUNNING").length;

const isEnd = isReport("COMPLETED");
const isStart = isReport("RUNNING");
const isLease = (method: string, path: string) => method === "POST" && path.endsWith("/leases");

/** Which requests are lost, of those that a run takes, and how. */
const LOSSES: [string, (method: string, path: string, body: string) => boolean, Fate][] = [
  ["the answer to its lease is lost", isLease, "deaf"],
  ["its start is cut off", isStart, "cut"],
  ["the answer to its start is lost", isStart, "deaf"],
  ["its end is cut off", isEnd, "cut"],
  ["the answer to its end is lost", isEnd, "deaf"],
  ["its end is answered 503", isEnd, "503"],
  ["its end is answered 429 with Retry-After", isEnd, "429"],
  ["its end is answered by a proxy's page", isEnd, "page"],
  ["its end is answered with half a body", isEnd, "half"],
  ["the start is answered by a proxy's page", isStart, "page"],
];

describe.concurrent("a run is reported once, with its own outcome, though", () => {
  test("each of its requests is lost in each way, one after another", async ({ onTestFinished }) => {
    const { line, host, project, agent } = await sceneOf(onTestFinished, 'echo "$MUSTER_JOB_ID" >> ran.txt', {
      slots: 1,
    });
    for (const [, hits, fate] of LOSSES) {
      let lost = 0;
      line.fate = (method, path, body) => (hits(method, path, body) && lost++ < 3 ? fate : "pass");
      const job = await schedule(project, agent);
      const ended = await jobWhen(project, job);
      expect([ended.status, ended.attempt, starts(ended)]).toEqual(["COMPLETED", 1, 1]);
      await host.emits("reported", (event) => event.job === job);
      expect(lost).toBeGreaterThan(0);
    }
  });

  test("the connection is cut during it and comes back after its end", async ({ onTestFinished }) => {
    const { line, host, project, agent } = await sceneOf(onTestFinished, "echo begun; sleep 2");
    const job = await schedule(project, agent);
    await host.emits("output", ({ line: said }) => said === "begun");
    line.fate = () => "cut";
    await host.emits("run_ended");
    await new Promise((later) => setTimeout(later, 2000));
    expect((await readJob(project, job)).status).toBe("RUNNING");
    line.fate = () => "pass";
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
  });

  test("the storage does not answer: all but renewals is 503", async ({ onTestFinished }) => {
    const { line, host, project, agent } = await sceneOf(onTestFinished, "echo begun; sleep 1");
    const job = await schedule(project, agent);
    await host.emits("output", ({ line: said }) => said === "begun");
    line.fate = (method, path) => (method === "PUT" && path.includes("/leases/") ? "pass" : "503");
    await host.emits("run_ended");
    await new Promise((later) => setTimeout(later, 3000));
    line.fate = () => "pass";
    const ended = await jobWhen(project, job);
    expect([ended.status, starts(ended)]).toEqual(["COMPLETED", 1]);
  });
});

describe.concurrent("a host", () => {
  test("that is killed and started again ends what is left of its runs, reports them, and takes new work", async ({
    onTestFinished,
  }) => {
    const script =
      "echo $$ > pid; (setsid sleep 602 & echo $! > child); [ -e again ] || { touch again; echo begun; sleep 600; }";
    const { machine, host, project, agent } = await sceneOf(onTestFinished, script);
    const job = await schedule(project, agent);
    await host.emits("output", ({ line }) => line === "begun");
    host.signal("SIGKILL");
    await host.ends();
    const child = Number(machine.read("child"));
    expect(isAlive(child)).toBe(true);
    await machine.run();
    const ended = await jobWhen(project, job);
    expect([ended.status, ended.history.at(-1)?.note]).toEqual(["FAILED", "host restarted"]);
    expect([isAlive(child), isAlive(Number(machine.read("pid")))]).toEqual([false, false]);
    expect((await jobWhen(project, await schedule(project, agent))).status).toBe("COMPLETED");
  });

  test("reports what it found out before it was killed, and could not report", async ({ onTestFinished }) => {
    const { line, machine, host, project, agent } = await sceneOf(onTestFinished, "exit 0");
    line.fate = (method, path, body) => (isEnd(method, path, body) ? "cut" : "pass");
    const job = await schedule(project, agent);
    await host.emits("run_ended");
    host.signal("SIGKILL");
    await host.ends();
    line.fate = () => "pass";
    await machine.run();
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
  });

  test("whose token is replaced goes on with the new one, and reports what ended in between", async ({
    onTestFinished,
  }) => {
    const { machine, host, project, agent } = await sceneOf(onTestFinished, "echo begun; sleep 2");
    const next = await makeToken();
    const before = machine.token;
    machine.token = "";
    const job = await schedule(project, agent);
    await host.emits("output", ({ line: said }) => said === "begun");
    await call("DELETE", `/tokens/${await tokenIdOf(before)}`);
    await host.emits("run_ended");
    await host.emits("trouble", ({ message }) => String(message).includes("token"));
    machine.configure({ command: "true", shell: true }, { token: next.token });
    host.signal("SIGHUP");
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
  });

  test("is the only one of its folder: the second says so and ends", async ({ onTestFinished }) => {
    const { machine, host } = await sceneOf(onTestFinished, "exit 0");
    const second = machine.start(["run"]);
    expect(await second.ends()).toBe(1);
    expect(second.output).toMatch(
      new RegExp(`runs already \\(process ${host.pid}\\); stop it, or give this one another folder`),
    );
  });

  test("with too little free disk asks for no job, and says why", async ({ onTestFinished }) => {
    const { machine, line, host, project, agent } = await sceneOf(onTestFinished, "exit 0", {
      free_disk: "900TB",
    });
    const job = await schedule(project, agent);
    expect(await host.emits("trouble")).toMatchObject({
      message: expect.stringMatching(/^no job is asked for: \d+ MB are free/),
    });
    const status = machine.start(["status", "--json"]);
    expect(await status.ends()).toBe(0);
    expect(status.output).toContain("no job is asked for");
    expect(line.seen.filter(({ method, path }) => isLease(method, path))).toEqual([]);
    expect((await readJob(project, job)).status).toBe("PLANNED");
    // What a ping says stands on the host's page.
    await line.passes(
      (method, path, body) =>
        method === "POST" && path.endsWith("/ping") && body.includes("no job is asked for"),
    );
  });

  test("whose clock is an hour off runs what is due, and says when it ended by the service's clock", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const line = await BadLine.open(onTestFinished);
    machine.address = line.address;
    machine.configure({ command: "exit 0", shell: true });
    const { id } = await machine.run([], machine.clockBehind(3_600_000));
    const { tests = 0 } = await agentsOf(id);
    const start = Date.now() + 2000;
    const start_date = new Date(start).toISOString();
    const job = await schedule(machine.project, tests, { start_date });
    expect((await jobWhen(machine.project, job)).status).toBe("COMPLETED");
    const { body = "{}" } = line.seen.find(({ method, path, body }) => isEnd(method, path, body)) ?? {};
    const endedAt = Date.parse(z.object({ ended_at: z.string() }).parse(JSON.parse(body)).ended_at);
    expect(endedAt).toBeGreaterThan(start - 1000);
    expect(endedAt).toBeLessThan(Date.now() + 1000);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`finishes what runs after one ${signal}, and takes nothing more`, async ({ onTestFinished }) => {
      const { host, project, agent } = await sceneOf(onTestFinished, "echo begun; sleep 2");
      const job = await schedule(project, agent);
      await host.emits("output", ({ line }) => line === "begun");
      host.signal(signal);
      await host.emits("stopping");
      const next = await schedule(project, agent);
      expect(await host.ends()).toBe(0);
      expect((await readJob(project, job)).status).toBe("COMPLETED");
      expect((await readJob(project, next)).status).toBe("PLANNED");
    });
  }

  const stops: [string, string[], NodeJS.Signals[]][] = [
    ["two SIGTERMs", [], ["SIGTERM", "SIGTERM"]],
    ["two SIGINTs", [], ["SIGINT", "SIGINT"]],
    ["one SIGTERM and --drain-seconds", ["--drain-seconds", "1"], ["SIGTERM"]],
  ];
  for (const [stop, args, signals] of stops) {
    test(`cancels what runs after ${stop}`, async ({ onTestFinished }) => {
      const machine = await Machine.make(onTestFinished);
      machine.configure({ command: "echo begun; sleep 600", shell: true });
      const { host, id } = await machine.run(["--verbose", ...args]);
      const { tests = 0 } = await agentsOf(id);
      const job = await schedule(machine.project, tests);
      await host.emits("output", ({ line }) => line === "begun");
      for (const signal of signals) {
        host.signal(signal);
        await host.emits("stopping");
      }
      expect(await host.ends()).toBe(0);
      expect((await readJob(machine.project, job)).status).toBe("CANCELLED");
    });
  }
});

describe.concurrent("a lease that runs out", () => {
  test("of a schedule that fails lost runs lets the run go on, and its result corrects host_lost, late", async ({
    onTestFinished,
  }) => {
    const { line, host, project, agent } = await sceneOf(onTestFinished, "echo begun; sleep 36");
    const job = await schedule(project, agent);
    await host.emits("output", ({ line: said }) => said === "begun");
    line.fate = () => "cut";
    const lost = await jobWhen(project, job);
    expect([lost.status, reasonOf(lost)]).toEqual(["FAILED", "host_lost"]);
    line.fate = () => "pass";
    const late = await jobWhen(project, job, ({ status }) => status === "COMPLETED");
    expect([reasonOf(late), starts(late)]).toEqual(["late", 1]);
  });

  test("of a schedule that requeues stops the run before the next attempt can begin", async ({
    onTestFinished,
  }) => {
    const script = 'echo begun; if [ "$MUSTER_ATTEMPT" = 1 ]; then sleep 600; fi';
    const { line, host, project, agent } = await sceneOf(onTestFinished, script);
    const job = await schedule(project, agent, { on_lost: "requeue", max_attempts: 2 });
    await host.emits("output", ({ line: said }) => said === "begun");
    line.fate = () => "cut";
    const { at } = await host.emits("run_ended");
    expect(processesWith(`MUSTER_JOB_ID=${job}`)).toEqual([]);
    const { history } = await jobWhen(project, job, ({ attempt }) => attempt === 2);
    // The next attempt is handed out from then on.
    const requeued = history.find(({ to }) => to === "PLANNED")?.at ?? "";
    expect(Date.parse(String(at))).toBeLessThanOrEqual(Date.parse(requeued) + 1000);
    line.fate = () => "pass";
    const ended = await jobWhen(project, job);
    expect([ended.status, ended.attempt]).toEqual(["COMPLETED", 2]);
  });

  test("nearly, of a schedule that requeues, stops the run without a word: the next attempt begins all the same", async ({
    onTestFinished,
  }) => {
    const script = 'echo begun; if [ "$MUSTER_ATTEMPT" = 1 ]; then sleep 600; fi';
    const { line, host, project, agent } = await sceneOf(onTestFinished, script);
    const job = await schedule(project, agent, { on_lost: "requeue", max_attempts: 2 });
    await host.emits("output", ({ line: said }) => said === "begun");
    const isRenewal = (method: string, path: string) => method === "PUT" && path.includes("/leases/");
    line.fate = (method, path) => (isRenewal(method, path) ? "cut" : "pass");
    await host.emits("run_ended");
    line.fate = () => "pass";
    const ended = await jobWhen(project, job);
    expect([ended.status, ended.attempt]).toEqual(["COMPLETED", 2]);
  });

  test("while the machine sleeps is noticed when it wakes, and the run's result still counts", async ({
    onTestFinished,
  }) => {
    const { host, project, agent } = await sceneOf(onTestFinished, "echo begun; sleep 36");
    const job = await schedule(project, agent);
    await host.emits("output", ({ line }) => line === "begun");
    host.signal("SIGSTOP");
    await jobWhen(project, job, ({ status }) => status === "FAILED");
    host.signal("SIGCONT");
    const late = await jobWhen(project, job, ({ status }) => status === "COMPLETED");
    expect(reasonOf(late)).toBe("late");
  });
});
