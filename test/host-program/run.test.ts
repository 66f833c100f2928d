import { readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { until } from "../local/checkout.ts";
import { BadLine } from "./bad-line.ts";
import { Machine, type OnFinished } from "./host-process.ts";
import { isAlive } from "./processes.ts";
import { agentsOf, call, jobWhen, makeToken, schedule, service, tokenIdOf } from "./service.ts";

/** A machine whose agent runs this script of a shell. */
const machineWith = async (finished: OnFinished, script: string, agent: object = {}, host: object = {}) => {
  const machine = await Machine.make(finished);
  machine.configure({ command: script, shell: true, ...agent }, host);
  const started = await machine.run(["--verbose"]);
  const { tests = 0 } = await agentsOf(started.id);
  return { machine, ...started, agent: tests, project: machine.project };
};

describe.concurrent("a job", () => {
  test("is run and reported: exit 0 is COMPLETED", async ({ onTestFinished }) => {
    const { machine, project, agent } = await machineWith(
      onTestFinished,
      'echo "$MUSTER_JOB_ID $MUSTER_ATTEMPT" > ran.txt',
    );
    const job = await schedule(project, agent);
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
    expect(readFileSync(machine.path("ran.txt"), "utf8")).toBe(`${job} 1\n`);
  });

  test("that exits otherwise is FAILED", async ({ onTestFinished }) => {
    const { project, agent, host } = await machineWith(onTestFinished, "echo all is lost; exit 3");
    const job = await schedule(project, agent);
    expect((await jobWhen(project, job)).status).toBe("FAILED");
    expect(await host.emits("run_ended")).toMatchObject({
      status: "FAILED",
      reason: expect.stringContaining("exit code 3"),
    });
  });

  test("that someone cancels is stopped with all that it started, and is CANCELLED", async ({
    onTestFinished,
  }) => {
    const script =
      "sleep 601 & echo $! > child; echo $$ > pid; trap '' TERM; echo deaf; while true; do sleep 1; done";
    const { project, agent, machine, host } = await machineWith(onTestFinished, script);
    const job = await schedule(project, agent);
    await host.emits("output", ({ line }) => line === "deaf");
    await call("PUT", `/projects/${project}/automation/jobs/${job}/status`, { status: "CANCELLED" });
    const ended = await jobWhen(project, job);
    expect(ended.status).toBe("CANCELLED");
    for (const name of ["pid", "child"]) expect(isAlive(Number(machine.read(name)))).toBe(false);
  });

  test("finds its job in the vendor's way at the address that it is given, as long as it runs", async ({
    onTestFinished,
  }) => {
    const { machine, project, agent } = await machineWith(
      onTestFinished,
      'echo "$QTE_SCHEDULED_TX_DATA" > address; curl -fsS "$QTE_SCHEDULED_TX_DATA" > told',
    );
    const runs = await call("POST", `/projects/${project}/automation/test-runs`, [
      { test_case_name: "adds", automation_content: "Sums#adds" },
    ]);
    const [id] = z
      .tuple([z.looseObject({ test_run_id: z.int() })])
      .parse(runs)
      .map(({ test_run_id }) => test_run_id);
    const job = await schedule(project, agent, { test_run_ids: [id] });
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
    expect(JSON.parse(machine.read("told"))).toEqual({
      QTE: {
        ...{ jobId: String(job), projectId: String(project) },
        testRuns: [{ Id: String(id), Name: "adds", AutomationContent: "Sums#adds" }],
      },
    });
    expect((await fetch(machine.read("address").trim())).status).toBe(404);
  });

  test("that takes longer than its schedule allows is ended", async ({ onTestFinished }) => {
    const { project, agent, host } = await machineWith(onTestFinished, "echo begun; sleep 600");
    const job = await schedule(project, agent, { allocated_minutes: 1 });
    const ended = await jobWhen(project, job, ({ status }) => status === "FAILED", 110);
    expect(await host.emits("run_ended")).toMatchObject({
      reason: "stopped after the 1 min that its schedule allows",
    });
    expect(ended.history.at(-1)).toMatchObject({
      reason: "run_limit",
      note: expect.stringContaining("stopped after the 1 min that its schedule allows"),
    });
  }, 240_000);
});

describe.concurrent("registering", () => {
  test("a token that only registers is traded for the host's own, which a reinstall finds", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.token = (await makeToken({ register_only: true })).token;
    machine.configure({ command: "exit 0", shell: true });
    const { host, id } = await machine.run();
    expect(statSync(machine.path("state", "token.json")).mode & 0o777).toBe(0o600);
    expect(readFileSync(machine.path("state", "token.json"), "utf8")).not.toContain(machine.token);
    host.signal("SIGTERM");
    expect(await host.ends()).toBe(0);
    const again = await machine.run();
    expect(again.id).toBe(id);
  });

  test("a host whose own token is revoked says so at its next start, and is the same host with another", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.token = (await makeToken({ register_only: true })).token;
    machine.configure({ command: "exit 0", shell: true });
    const { host, id } = await machine.run();
    host.signal("SIGTERM");
    expect(await host.ends()).toBe(0);
    const { token } = z.object({ token: z.string() }).parse(JSON.parse(machine.read("state/token.json")));
    await call("DELETE", `/tokens/${await tokenIdOf(token)}`);
    const mine = { headers: { Authorization: `Bearer ${token}` } };
    await until("it is refused", async () => {
      const answer = await fetch(`${service.address}/api/v3/projects/${machine.project}`, mine);
      return answer.status === 401;
    });
    const refused = machine.start(["run"]);
    expect([await refused.ends(), refused.output]).toEqual([
      1,
      expect.stringMatching(
        / does not take the host's own token of \S+\/token\.json: .*; ask an admin for another\n$/,
      ),
    ]);
    machine.token = (await makeToken({ host_server_id: id })).token;
    expect((await machine.run()).id).toBe(id);
  });

  test("agents are made with the framework that they name, and found again: one that is inactive stays so", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure([
      { name: "named", command: "true", framework_id: "selenium" },
      { name: "of a recipe", recipe: "pytest" },
    ]);
    const first = await machine.run();
    const read = async () =>
      z
        .array(
          z.looseObject({
            name: z.string(),
            framework: z.string(),
            framework_id: z.string(),
            active: z.boolean(),
          }),
        )
        .parse(await call("GET", `/automation/hosts/${first.id}/agents`));
    expect((await read()).map((each) => [each.name, each.framework, each.framework_id])).toEqual([
      ["named", "command", "selenium"],
      ["of a recipe", "pytest", "pytest"],
    ]);
    const { named = 0 } = await agentsOf(first.id);
    const agent = `/projects/${machine.project}/automation/hosts/${first.id}/agents/${named}`;
    await call("POST", `${agent}/deactivate`);
    first.host.signal("SIGTERM");
    await first.host.ends();
    const again = await machine.run();
    const message = "inactive, so that no job of theirs comes until they are activated: named";
    await again.host.emits("trouble", (event) => event.message === message);
    expect((await read()).map(({ active }) => active)).toEqual([false, true]);
  });

  test("whose answer is lost with the token in it is done again under another guid", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const line = await BadLine.open(onTestFinished);
    machine.token = (await makeToken({ register_only: true })).token;
    machine.address = line.address;
    machine.configure({ command: "exit 0", shell: true });
    let lost = 0;
    line.fate = (_, path) => (path.endsWith("/automation/host") && lost++ === 0 ? "deaf" : "pass");
    const { id } = await machine.run();
    const { tests = 0 } = await agentsOf(id);
    expect((await jobWhen(machine.project, await schedule(machine.project, tests))).status).toBe("COMPLETED");
  });
});
