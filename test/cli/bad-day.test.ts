import { describe, expect, test } from "vitest";
import { z } from "zod";
import { call, jobWhen } from "../host-program/service.ts";
import { jobIn, placeOnBadLine } from "./run-place.ts";

const RUN = ["run", "--agent", "tests"];

const isStart = (method: string, path: string) => method === "POST" && path.endsWith("/schedules");
const isWait = (method: string, path: string) => method === "GET" && /\/jobs\/\d+\?/.test(path);
const isLog = (method: string, path: string) => method === "GET" && path.includes("/log?");
const isCancel = (method: string, path: string) => method === "PUT" && path.endsWith("/status");

const jobsOf = async (project: number): Promise<number> =>
  z.array(z.unknown()).parse(await call("GET", `/projects/${project}/automation/jobs`)).length;

describe.concurrent("on a bad day muster run", () => {
  test.for(["deaf", "half", "503", "429", "cut", "page"] as const)(
    "starts one job although its request is answered %s twice",
    async (fate, { onTestFinished }) => {
      const { line, user, project } = await placeOnBadLine(onTestFinished);
      let left = 2;
      line.fate = (method, path) => (isStart(method, path) && left-- > 0 ? fate : "pass");
      const run = await user.muster([...RUN, "--wait"]);
      expect(run.code, run.stderr).toBe(0);
      expect(run.stderr).toContain("trying again in");
      expect(await jobsOf(project)).toBe(1);
    },
  );

  test("goes on waiting when the service was away in the middle", async ({ onTestFinished }) => {
    const { line, user, machine } = await placeOnBadLine(onTestFinished);
    line.fate = (method, path) => (isWait(method, path) && path.includes("seen=RUNNING") ? "cut" : "pass");
    const run = user.start([...RUN, "--wait", "--set", "OUTCOME=slow"]);
    await run.says(/RUNNING/);
    machine.write("go", "");
    await run.says(/trying again in/);
    line.fate = () => "pass";
    expect(await run.ends(), run.stderr).toBe(0);
  });

  test("follows a log on from where its connection broke", async ({ onTestFinished }) => {
    const { line, user } = await placeOnBadLine(onTestFinished);
    let left = 2;
    line.fate = (method, path) => (isLog(method, path) && left-- > 0 ? "half" : "pass");
    const run = await user.muster([...RUN, "--follow"]);
    expect(run.code, run.stderr).toBe(0);
    expect(left).toBeLessThan(1);
    for (const words of ["tests begin", "tests end"]) expect(run.stdout.split(words)).toHaveLength(2);
  });

  test("that is interrupted before it has the job's number waits for it, and cancels", async ({
    onTestFinished,
  }) => {
    const { line, user, project } = await placeOnBadLine(onTestFinished);
    line.fate = (method, path) => (isStart(method, path) ? "deaf" : "pass");
    const run = user.start([...RUN, "--wait", "--set", "OUTCOME=slow"]);
    await line.passes(isStart);
    run.signal("SIGINT");
    line.fate = () => "pass";
    expect(await run.ends(), run.stderr).toBe(130);
    expect(run.stderr).toMatch(/interrupted: job \d+ /);
    expect(await jobsOf(project)).toBe(1);
    expect((await jobWhen(project, jobIn(run.stdout))).status).toBe("CANCELLED");
  });

  test("leaves at once at the second Ctrl-C, and says that the run may go on", async ({ onTestFinished }) => {
    const { line, user } = await placeOnBadLine(onTestFinished);
    const run = user.start([...RUN, "--wait", "--set", "OUTCOME=slow"]);
    await run.says(/RUNNING/);
    line.fate = (method, path) => (isCancel(method, path) ? "cut" : "pass");
    run.signal("SIGINT");
    await line.passes(isCancel);
    run.signal("SIGINT");
    expect(await run.ends(10)).toBe(130);
    expect(run.stderr).toMatch(/job \d+ may still run/);
  });

  test("times out although the service is away, and says that the run may go on", async ({
    onTestFinished,
  }) => {
    const { line, user } = await placeOnBadLine(onTestFinished);
    const run = user.start([...RUN, "--timeout", "6s", "--set", "OUTCOME=slow"]);
    await run.says(/^job \d+/m);
    line.fate = () => "cut";
    expect(await run.ends(90), run.stderr).toBe(3);
    expect(run.stderr).toMatch(/timed out after 6.0 s, but the service was not reached .* may still run/);
  });
});
