import { describe, expect, test } from "vitest";
import { z } from "zod";
import { call, jobWhen, readJob, service } from "../host-program/service.ts";
import { jobIn, runPlace, TESTS } from "./run-place.ts";

const RUN = ["run", "--agent", "tests"];

const jobsOf = async (project: number) =>
  z
    .array(z.looseObject({ job_id: z.int(), automation_materials: z.array(z.unknown()) }))
    .parse(await call("GET", `/projects/${project}/automation/jobs`));

describe.concurrent("muster run", () => {
  test("gives the job's number at once, and without --wait leaves it to run", async ({ onTestFinished }) => {
    const { user, project } = await runPlace(onTestFinished);
    const run = await user.muster(RUN);
    const job = jobIn(run.stdout);
    expect([run.code, run.stdout]).toEqual([
      0,
      `job ${job} of all tests: ${service.address}/console/projects/${project}/jobs/${job}\n`,
    ]);
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
  });

  test("exits 0 for a run that passed, and writes its results as JUnit XML", async ({ onTestFinished }) => {
    const { user } = await runPlace(onTestFinished);
    const run = await user.muster([...RUN, "--wait", "--junit", "out/results.xml"]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/^job \d+ COMPLETED after .*: 2 passed$/m);
    expect(user.read("out/results.xml")).toContain('tests="2" failures="0"');
  });

  test("exits 1 for a run that failed, and says which tests did", async ({ onTestFinished }) => {
    const { user } = await runPlace(onTestFinished);
    const run = await user.muster([...RUN, "--set", "OUTCOME=fail", "--junit", "results.xml"]);
    expect(run.code, run.stderr).toBe(1);
    expect(run.stdout).toMatch(/FAILED after .*: 1 passed, 1 failed/);
    expect(run.stdout).toContain("is empty @smoke (cart.spec.ts)\n    expected 401, got 200");
    expect(user.read("results.xml")).toContain('tests="2" failures="1"');
  });

  test("marks failures for GitHub Actions, sums up, and lets no test command it", async ({
    onTestFinished,
  }) => {
    const { user } = await runPlace(onTestFinished);
    const env = {
      GITHUB_ACTIONS: "true",
      GITHUB_STEP_SUMMARY: user.path("summary.md"),
      GITHUB_WORKFLOW: "Nightly",
    };
    const run = await user.muster([...RUN, "--set", "OUTCOME=fail", "--follow", "--junit", "r.xml"], { env });
    expect(run.code, run.stderr).toBe(1);
    expect(run.stdout).toContain("::error file=cart.spec.ts,line=17,title=");
    expect(run.stdout).toContain("::expected 401, got 200%0A::error::not of GitHub\n");
    expect(user.read("summary.md")).toMatch(/^### \[Job \d+\]\(http.*\): FAILED\n\n1 passed, 1 failed\n/);
    let stopped: string | undefined;
    const commands = run.stdout.split("\n").filter((line) => {
      const [, mark] = /^::stop-commands::(.+)$/.exec(line) ?? [];
      if (mark !== undefined) stopped = mark;
      else if (line === `::${stopped}::`) stopped = undefined;
      else return stopped === undefined && line.trimStart().startsWith("::");
      return false;
    });
    expect(commands).toHaveLength(1);
    expect(stopped).toBeUndefined();
  });

  test("passes the trace that it was started in on to the run, and reads it back", async ({
    onTestFinished,
  }) => {
    const { user, project } = await runPlace(onTestFinished);
    const trace = {
      TRACEPARENT: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      TRACESTATE: "a=1",
    };
    const run = await user.muster([...RUN, "--follow"], { env: trace });
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain(`trace: ${trace.TRACEPARENT} a=1\n`);
    expect(await jobsOf(project)).toMatchObject([{ traceparent: trace.TRACEPARENT, tracestate: "a=1" }]);
  });

  test("runs the tests that a filter finds, and refuses one that finds none", async ({ onTestFinished }) => {
    const { user, project } = await runPlace(onTestFinished);
    await call("POST", `/projects/${project}/automation/test-runs`, TESTS);
    const none = await user.muster([...RUN, "--tests", "no such test"]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("finds no test run")]);
    const run = await user.muster([...RUN, "--tests", "@smoke"]);
    expect(run.stdout).toMatch(/^job \d+ of 1 test: /);
    expect(await jobsOf(project)).toMatchObject([{ automation_materials: [TESTS[0]] }]);
  });

  test("prints the log as it grows, once and whole", async ({ onTestFinished }) => {
    const { user, machine } = await runPlace(onTestFinished);
    const run = user.start([...RUN, "--set", "OUTCOME=slow", "--follow"]);
    await run.says(/tests begin: slow/);
    expect(run.stdout).not.toContain("tests end");
    machine.write("go", "");
    expect(await run.ends(), run.stderr).toBe(0);
    expect(run.stdout.split("tests begin")).toHaveLength(2);
    expect(run.stdout.split("tests end")).toHaveLength(2);
    const job = String(jobIn(run.stdout));
    for (const args of [
      ["logs", job],
      ["logs", "-f", job],
      ["logs", job, "--attempt", "1"],
    ])
      expect((await user.muster(args)).stdout).toMatch(/tests begin: slow\n(.*\n)*.*tests end\n/);
  });

  test("cancels the run after --timeout, says so, and exits 3", async ({ onTestFinished }) => {
    const { user, project } = await runPlace(onTestFinished);
    const run = await user.muster([...RUN, "--set", "OUTCOME=slow", "--timeout", "5s"]);
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining("timed out after 5.0 s: job ")]);
    expect((await jobWhen(project, jobIn(run.stdout))).status).toBe("CANCELLED");
  });

  test("cancels the run at Ctrl-C, and says so", async ({ onTestFinished }) => {
    const { user, project } = await runPlace(onTestFinished);
    const run = user.start([...RUN, "--set", "OUTCOME=slow", "--wait"]);
    await run.says(/RUNNING/);
    run.signal("SIGINT");
    expect(await run.ends()).toBe(130);
    expect(run.stderr).toMatch(/interrupted: job \d+ (is cancelled|runs; its host is asked to cancel it)/);
    expect((await jobWhen(project, jobIn(run.stdout))).status).toBe("CANCELLED");
  });

  test("two at once are two jobs, each with its own end", async ({ onTestFinished }) => {
    const { user } = await runPlace(onTestFinished);
    const [good, bad] = await Promise.all([
      user.muster([...RUN, "--wait"]),
      user.muster([...RUN, "--wait", "--set", "OUTCOME=fail"]),
    ]);
    expect([good.code, bad.code]).toEqual([0, 1]);
    expect(jobIn(good.stdout)).not.toBe(jobIn(bad.stdout));
  });

  test("tells programs each step as a line of JSON", async ({ onTestFinished }) => {
    const { user, project } = await runPlace(onTestFinished);
    const run = await user.muster([...RUN, "--junit", "results.xml", "--json", "--set", "OUTCOME=fail"]);
    const events = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ event: "started", project, job: expect.any(Number) });
    expect(events.at(-1)).toMatchObject({
      ...{ event: "ended", status: "FAILED", results: { passed: 1, failed: 1 } },
      failures: [{ title: "is empty @smoke", file: "cart.spec.ts" }],
    });
  });

  test("is refused with 2 and the reason: a token, an agent, a project that is not there", async ({
    onTestFinished,
  }) => {
    const { user, project, agent, host } = await runPlace(onTestFinished);
    const refused: [string[], Record<string, string>, RegExp][] = [
      [RUN, { MUSTER_TOKEN: "nobody's-token-of-some-length" }, /token.*muster login/],
      [["run", "--agent", "nobody"], {}, /has no agent nobody/],
      [RUN, { MUSTER_PROJECT: "none such" }, /there is no project none such/],
      [["run", "--agent", "999999"], {}, /agent 999999, which is not in project/],
    ];
    for (const [args, env, why] of refused) {
      const run = await user.muster(args, { env });
      expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(why)]);
    }
    await call("POST", `/projects/${project}/automation/hosts/${host}/agents/${agent}/deactivate`);
    const run = await user.muster(RUN);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("is not active; activate it")]);
    expect(await jobsOf(project)).toEqual([]);
  });

  test("ends with 1 and the reason when someone else cancels the run", async ({ onTestFinished }) => {
    const { user, project } = await runPlace(onTestFinished);
    const run = user.start([...RUN, "--set", "OUTCOME=slow", "--wait"]);
    await run.says(/RUNNING/);
    const job = jobIn(run.stdout);
    await call("PUT", `/projects/${project}/automation/jobs/${job}/status`, { status: "CANCELLED" });
    expect(await run.ends()).toBe(1);
    expect(run.stdout).toMatch(/CANCELLED after/);
    expect((await readJob(project, job)).status).toBe("CANCELLED");
  });
});
