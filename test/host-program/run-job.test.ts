import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HostEvent } from "../../src/host-program/events.ts";
import { Run } from "../../src/host-program/run-job.ts";
import type { Leased } from "../../src/host-program/service-types.ts";
import type { AgentSettings } from "../../src/host-program/settings.ts";
import { until } from "../local/checkout.ts";

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

/** A run of this line of a shell, in a folder of its own. */
const runOf = (line: string, more: Partial<AgentSettings> = {}, job: Partial<Leased["job"]> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), "muster-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [directory, runFolder] = [join(folder, "work"), join(folder, "run")];
  for (const each of [directory, runFolder]) mkdirSync(each);
  const agent: AgentSettings = {
    ...{ name: "tests", project: 1, frameworkId: undefined, recipe: undefined, directory, shell: true },
    ...{ command: [line], env: {}, results: [], artifacts: [] },
    ...{ slots: 1, stopSeconds: 1, before: undefined, after: undefined, ...more },
  };
  const given = { ...leased, job: { ...leased.job, ...job } };
  const events: HostEvent[] = [];
  const outcomes: { status: string; files: string[] }[] = [];
  const { job_id: id, schedule_id: schedule } = given.job;
  const run = new Run({
    ...{ leased: given, agent, runFolder, freshFolder: join(folder, "fresh"), scheduledData: undefined },
    facts: { job: id, attempt: 1, agent: agent.name, schedule, tests: null },
    mark: `${crypto.randomUUID()}:7-x`,
    secrets: ["hush-hush"],
    env: process.env,
    emit: (event) => events.push(event),
    onOutcome: async ({ status }) => void outcomes.push({ status, files: readdirSync(runFolder) }),
  });
  const read = (name: string): string => {
    const path = join(directory, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  return { run, read, events, outcomes, directory, runFolder };
};

/** Mounts a disk there until the test is over; it can be neither removed nor moved. False where this user may not. */
const isMounted = (path: string): boolean => {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "muster-test", path], { stdio: "pipe" });
  } catch {
    return false;
  }
  onTestFinished(() => {
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    const places = mounts
      .filter((line) => line.startsWith("muster-test "))
      .map((line) => line.split(" ")[1] ?? "");
    const [, folder = ""] = /^(.*?\/muster-run-[^/]+)\//.exec(path) ?? [];
    for (const place of places.filter((each) => each.startsWith(folder)))
      execFileSync("umount", ["--lazy", place]);
  });
  return true;
};

describe("a run", () => {
  test("leaves its report and artifacts in its folder, secrets starred, and the folder marked as unsent", async () => {
    const line = `echo '${JUNIT}' > junit.xml; echo hush-hush > said.txt; echo said hush-hush`;
    const { run, runFolder } = runOf(line, { results: ["junit.xml"], artifacts: ["*.txt"] });
    const { status, files } = await run.end();
    expect(status).toBe("COMPLETED");
    const texts = [...(files?.reports ?? []), ...(files?.artifacts ?? [])].map(({ path }) =>
      readFileSync(path, "utf8"),
    );
    expect(texts).toEqual([`${JUNIT.replace("hush-hush", "*********")}\n`, "*********\n"]);
    expect(existsSync(join(runFolder, ".unsent"))).toBe(true);
  });

  test("tells how it ended before its files are copied, which may take longer than the program lives", async () => {
    const { run, outcomes } = runOf("echo x > a.txt", { artifacts: ["*.txt"] });
    const { files } = await run.end();
    expect(files?.artifacts).toHaveLength(1);
    expect(outcomes).toEqual([{ status: "COMPLETED", files: expect.not.arrayContaining(["artifacts"]) }]);
  });

  test("keeps each line of both its outputs with its time, secrets starred", async () => {
    const { run, runFolder } = runOf("echo said hush-hush; sleep 0.1; echo oh dear >&2");
    await run.end();
    expect(readFileSync(join(runFolder, "output.log"), "utf8")).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z stdout said \*\*\*\n\S+Z stderr oh dear\n$/,
    );
  });

  test("says nothing secret in the reason of its end, which may quote a report", async () => {
    const report = `<testsuite name="Sums"><error message="no hush-hush"/><testcase name="adds"/></testsuite>`;
    const { run } = runOf(`echo '${report}' > junit.xml`, { results: ["junit.xml"] });
    const { status, reason } = await run.end();
    expect(status).toBe("FAILED");
    expect(reason).toBe("an error outside of the tests: Sums: no ***");
  });

  test("finds its job and its tests in its environment, in our words and in the vendor's", async () => {
    const names = [
      ...["MUSTER_JOB_ID", "MUSTER_ATTEMPT", "MUSTER_TESTS", "QTE.jobId", "QTE.projectId", "QTE.testcaseIds"],
      ...["TESTCASES_AC", "TESTRUNS_LIST", "PROJECT_DATA", "WORKING_DIR"],
    ];
    const material = (id: number, name: string) => ({
      ...{ test_run_id: id, test_case_id: id, test_case_name: name, test_case_version_id: id },
      automation_content: `Sums#${name}`,
    });
    const script =
      `const names = NAMES; const env = Object.fromEntries(names.map((name) => [name, process.env[name]])); const { readFileSync } = require("fs");
      const files = ["MUSTER_TESTS_FILE", "MAGIC_VARIABLES_FILE_PATH"].map((name) => readFileSync(process.env[name], "utf8"));
      console.log(JSON.stringify({ env, files }));`.replace("NAMES", JSON.stringify(names));
    // Not by a shell, which may drop a variable whose name has a dot.
    const { run, events, directory } = runOf(
      "",
      { command: [process.execPath, "-e", script], shell: false },
      { automation_materials: [material(5, "adds"), material(6, "divides")] },
    );
    expect((await run.end()).status).toBe("COMPLETED");
    const [told] = events.flatMap((each) => (each.event === "output" ? [each.line] : []));
    const { env, files } = JSON.parse(told ?? "");
    const tests = ["adds", "divides"].map((name, place) => ({
      ...{ test_run_id: place + 5, test_run_name: name, automation_content: `Sums#${name}` },
    }));
    const runs = ["adds", "divides"].map((name, place) => ({
      ...{ id: place + 5, name, test_case: { automation_content: `Sums#${name}` } },
    }));
    expect(names.map((name) => env[name])).toEqual([
      ...["7", "1", JSON.stringify(tests), "7", "1", "5,6", "Sums#adds,Sums#divides"],
      ...[JSON.stringify(runs), '{"project_id":1,"properties":{"job_id":7}}', directory],
    ]);
    expect(JSON.parse(files[0])).toEqual(tests);
    expect(JSON.parse(files[1])).toMatchObject({ TESTCASES_AC: "Sums#adds,Sums#divides" });
  });
});

describe("the hook after a run", () => {
  const after = 'echo "$MUSTER_OUTCOME: $MUSTER_REASON" > after.txt';

  test.each([
    ["passed", "exit 0", {}, "COMPLETED: \n"],
    ["failed", "exit 3", {}, /^FAILED: the command ended with exit code 3/],
    [
      "whose hook before it failed",
      "touch ran",
      { before: "exit 4" },
      "FAILED: the before hook ended with 4\n",
    ],
    ["whose tool is not there", "x", { shell: false }, /^FAILED: x is not found/],
    [
      "of which no test can be told",
      "x",
      { recipe: "cobol", command: undefined },
      /^FAILED: .* no recipe cobol/,
    ],
  ])("runs with the outcome of one that %s", async (_, line, agent, told) => {
    const { run, read } = runOf(line, { after, ...agent });
    await run.end();
    expect(read("after.txt")).toMatch(told);
  });

  test("runs with the outcome of one that is cancelled", async () => {
    const { run, read, events } = runOf("echo begun; sleep 600", { after });
    const ended = run.end();
    await until("it runs", () => events.some(({ event }) => event === "output"));
    run.stop({ status: "CANCELLED", reason: "cancelled as asked" });
    expect((await ended).status).toBe("CANCELLED");
    expect(read("after.txt")).toBe("CANCELLED: cancelled as asked\n");
  });

  test("fails a run that passed, and changes no other outcome", async () => {
    expect(await runOf("exit 0", { after: "exit 2" }).run.end()).toMatchObject({
      ...{ status: "FAILED", reason: "the after hook ended with 2" },
    });
    expect(await runOf("exit 3", { after: "exit 2" }).run.end()).toMatchObject({
      ...{ status: "FAILED", reason: expect.stringContaining("exit code 3") },
    });
  });

  test("does not begin the tests where the one before them failed", async () => {
    const { run, read } = runOf("echo yes > ran.txt", { before: "exit 4" });
    expect((await run.end()).reason).toBe("the before hook ended with 4");
    expect(read("ran.txt")).toBe("");
  });
});

test("a run in a fresh folder says what was left there, could not be removed and was moved aside", async ({
  skip,
}) => {
  const { run, events, runFolder } = runOf("ls -A > ../listing.txt", { directory: "fresh" });
  const kept = join(runFolder, "..", "fresh", "kept");
  mkdirSync(join(kept, "mounted"), { recursive: true });
  if (!isMounted(join(kept, "mounted"))) skip("no disk can be mounted here: that takes root");
  expect((await run.end()).status).toBe("COMPLETED");
  const { message } = events.find((event) => event.event === "trouble") ?? { message: "" };
  expect(message).toMatch(/fresh\/kept can't be removed; it was moved to .*\/fresh\.aside\/\d+-kept$/);
  expect(readFileSync(join(runFolder, "..", "listing.txt"), "utf8")).toBe("");
});
