import { describe, expect, test } from "vitest";
import { z } from "zod";
import { BadLine, isReport } from "./bad-line.ts";
import { Machine, type OnFinished } from "./host-process.ts";
import { agentsOf, call, jobWhen, schedule, service } from "./service.ts";

const JUNIT = `<testsuite name="Sums"><testcase classname="Sums" name="adds"/><testcase classname="Sums" name="divides"><failure message="by zero">TOKEN=hush-hush</failure></testcase></testsuite>`;

/** Leaves a report and a picture, and says something. */
const LEAVES = [
  `echo adding with hush-hush`,
  `echo '${JUNIT}' > junit.xml`,
  `mkdir -p screens`,
  `printf 'hush-hush\\001' > 'screens/log in.png'`,
  `exit 1`,
].join("; ");

const machineOf = async (finished: OnFinished, script: string, agent: object = {}) => {
  const machine = await Machine.make(finished);
  const line = await BadLine.open(finished);
  machine.address = line.address;
  const facts = { command: script, shell: true, results: ["junit.xml"], artifacts: ["screens/**"], ...agent };
  machine.configure(facts, { mask: ["HUSHED"] });
  const env = { HUSHED: "hush-hush" };
  const started = await machine.run(["--verbose"], env);
  const { tests = 0 } = await agentsOf(started.id);
  return { machine, line, env, ...started, project: machine.project, agent: tests };
};

const results = z.array(z.looseObject({ outcome: z.string(), title: z.string() }));
const readResults = async (project: number, job: number) =>
  results
    .parse(await call("GET", `/projects/${project}/automation/jobs/${job}/results`))
    .map(({ outcome, title }) => `${title} ${outcome}`)
    .sort();

const read = async (project: number, job: number, what: string): Promise<string> => {
  const path = `${service.address}/api/v3/projects/${project}/automation/jobs/${job}/${what}`;
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${service.token}` } });
  return answer.status === 200 ? answer.text() : `${answer.status}`;
};

const FOUND = ["adds passed", "divides failed"];

describe.concurrent("what a run leaves is with its job", () => {
  test("its results, its output and its files, secrets starred", async ({ onTestFinished }) => {
    const { host, project, agent } = await machineOf(onTestFinished, LEAVES);
    const job = await schedule(project, agent);
    const sent = await host.emits("files_sent");
    expect(sent).toMatchObject({ job, reports: 1, artifacts: 1 });
    expect(await readResults(project, job)).toEqual(FOUND);
    expect(await read(project, job, "log")).toMatch(/stdout adding with \*\*\*\n/);
    expect(await read(project, job, "artifacts/screens/log%20in.png")).toBe("*********\u0001");
    expect(await read(project, job, "results")).not.toContain("hush-hush");
  });

  test("its output while it still runs", async ({ onTestFinished }) => {
    const { project, agent, line } = await machineOf(onTestFinished, "echo first; sleep 30; echo last");
    const job = await schedule(project, agent);
    await line.passes((method, path) => method === "POST" && path.includes("/log?"));
    expect(await read(project, job, "log")).toMatch(/ stdout first\n$/);
    expect((await jobWhen(project, job, () => true)).status).toBe("RUNNING");
  });

  test("though the line was cut after its end was said and the program was killed then", async ({
    onTestFinished,
  }) => {
    const { machine, line, host, env, project, agent } = await machineOf(onTestFinished, LEAVES);
    const isFile = (method: string, path: string) => method === "PUT" && /\/(reports|artifacts)\//.test(path);
    line.fate = (method, path) => (isFile(method, path) ? "cut" : "pass");
    const job = await schedule(project, agent);
    await line.passes(isReport("FAILED"));
    await line.passes(isFile);
    host.signal("SIGKILL");
    await host.ends();
    expect(await readResults(project, job)).toEqual([]);
    line.fate = () => "pass";
    const again = await machine.run(["--verbose"], env);
    await again.host.emits("files_sent", (event) => event.job === job);
    expect(await readResults(project, job)).toEqual(FOUND);
    expect(await read(project, job, "log")).toMatch(/adding with/);
    expect((await jobWhen(project, job)).history.filter(({ to }) => to === "FAILED")).toHaveLength(1);
  });
});
