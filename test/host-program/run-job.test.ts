import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Run } from "../../src/host-program/run-job.ts";
import type { Leased } from "../../src/host-program/service-types.ts";

const leased: Leased = {
  lease_id: "7-x",
  attempt: 1,
  accept_by: "2026-03-02T10:00:00+00:00",
  allocated_minutes: null,
  on_lost: "fail",
  parameters: [],
  job: {
    client_id: 1,
    project_id: 1,
    job_id: 7,
    host_server_id: 1,
    status: "PLANNED",
    agent_server_id: 1,
    agent_id: 1,
    schedule_id: 3,
    automation_materials: [],
    start_date: "2026-03-02T10:00:00+00:00",
  },
};

const JUNIT = `<testsuite name="Sums"><testcase classname="Sums" name="adds"/></testsuite><!-- hush-hush -->`;

test("a run leaves its report and artifacts in its folder, secrets starred, and the folder marked as unsent", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [directory, runFolder] = [join(folder, "work"), join(folder, "run")];
  for (const each of [directory, runFolder]) mkdirSync(each);
  const agent = {
    ...{ name: "tests", project: 1, frameworkId: undefined, recipe: undefined, directory, shell: true },
    command: [`echo '${JUNIT}' > junit.xml; echo hush-hush > said.txt; echo said hush-hush`],
    ...{ env: {}, results: ["junit.xml"], artifacts: ["*.txt"] },
    ...{ slots: 1, stopSeconds: 1, before: undefined, after: undefined },
  };
  const { job_id: job, schedule_id: schedule } = leased.job;
  const run = new Run({
    ...{ leased, agent, runFolder, freshFolder: join(folder, "fresh"), scheduledData: undefined },
    facts: { job, attempt: 1, agent: agent.name, schedule, tests: null },
    mark: `${crypto.randomUUID()}:7-x`,
    secrets: ["hush-hush"],
    env: process.env,
    emit: () => undefined,
  });
  const { status, files } = await run.end();
  expect(status).toBe("COMPLETED");
  const texts = [...(files?.reports ?? []), ...(files?.artifacts ?? [])].map(({ path }) =>
    readFileSync(path, "utf8"),
  );
  expect(texts).toEqual([`${JUNIT.replace("hush-hush", "*********")}\n`, "*********\n"]);
  expect(readFileSync(join(runFolder, "output.log"), "utf8")).toMatch(/stdout said \*\*\*\n/);
  expect(existsSync(join(runFolder, ".unsent"))).toBe(true);
});
