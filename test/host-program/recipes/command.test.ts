import { expect, test } from "vitest";
import { planRun } from "../../../src/host-program/recipes/table.ts";
import { inputOf, planned, recipeNamed } from "./asking.ts";

const fileOf = (files: readonly { path: string; text: string }[], name: string): string =>
  files.find(({ path }) => path === `/run/${name}`)?.text ?? "";

test("{tests} alone is one argument a test, whatever stands in it", () => {
  const contents = ["a b", "$(touch x)", "q\"'"];
  const { commands, shell } = planned("command", contents, { command: ["run-it", "--", "{tests}"] });
  expect(commands).toEqual([["run-it", "--", ...contents]]);
  expect(shell).toBe(false);
});

test("the other values stand inside of arguments", () => {
  const command = ["run-it", "--list={tests_file}", "--tests={tests}", "{job_id}/{attempt}", "{run_folder}"];
  const { commands, files } = planned("command", ["a", "b"], { command });
  expect(commands).toEqual([["run-it", "--list=/run/tests.txt", "--tests=a,b", "7/2", "/run"]]);
  expect(fileOf(files, "tests.txt")).toBe("a\nb\n");
});

test("a filled-in value is not read again for placeholders", () => {
  const { commands } = planned("command", ["{job_id}"], { command: ["run-it", "x={tests}"] });
  expect(commands).toEqual([["run-it", "x={job_id}"]]);
});

test("in a shell line each value is one quoted word", () => {
  const command = ["run-it {tests} > out.txt"];
  const posix = planned("command", ["a b", "$(id)'s"], { command, shell: true });
  expect(posix.commands).toEqual([["run-it 'a b' '$(id)'\\''s' > out.txt"]]);
  expect(posix.shell).toBe(true);
});

test("the reports that an agent names are read, and without them only the exit code is judged", () => {
  const withResults = planned("command", ["a"], { command: ["x"], results: ["/project/out/*.xml"] });
  expect([withResults.reportFrom, withResults.reports]).toEqual(["files", ["/project/out/*.xml"]]);
  expect(planned("command", ["a"], { command: ["x"] }).reportFrom).toBe("none");
});

test("every run finds its job and its tests in the environment, ours and the vendor's", () => {
  const { env, files } = planRun(recipeNamed("pytest"), inputOf(["t.py::a", "t.py::b"]));
  expect(env).toMatchObject({
    MUSTER_JOB_ID: "7",
    MUSTER_ATTEMPT: "2",
    MUSTER_TESTS_FILE: "/run/muster-tests.json",
    "QTE.jobId": "7",
    "QTE.projectId": "3",
    PROJECT_DATA: '{"project_id":3,"properties":{"job_id":7}}',
    "QTE.testcaseIds": "1,2",
    TESTCASES_AC: "t.py::a,t.py::b",
    WORKING_DIR: "/project",
    MAGIC_VARIABLES_FILE_PATH: "/run/magic-variables.json",
  });
  const tests = [
    { test_run_id: 1, test_run_name: "t.py::a", automation_content: "t.py::a" },
    { test_run_id: 2, test_run_name: "t.py::b", automation_content: "t.py::b" },
  ];
  expect(JSON.parse(env.MUSTER_TESTS ?? "")).toEqual(tests);
  expect(JSON.parse(fileOf(files, "muster-tests.json"))).toEqual(tests);
  expect(JSON.parse(fileOf(files, "magic-variables.json"))).toMatchObject({
    TESTCASES_AC: "t.py::a,t.py::b",
  });
  expect(env.MUSTER_PYTEST_TESTS).toBe("/run/pytest-tests.json");
});

test("tests that are too many for a variable stand in the file alone", () => {
  const contents = Array.from({ length: 2000 }, (_, index) => `a rather long name of a test ${index}`);
  const { env, files } = planRun(recipeNamed("command"), inputOf(contents, { command: ["x"] }));
  expect(env.MUSTER_TESTS).toBe(undefined);
  expect(Math.max(...Object.values(env).map((value) => value.length))).toBeLessThanOrEqual(30_000);
  expect(JSON.parse(fileOf(files, "muster-tests.json"))).toHaveLength(2000);
});

test("the vendor's placeholders are filled", () => {
  const { commands } = planned("command", ["a", "b"], {
    command: ["x", ...["QTE.jobId", "QTE.testcaseIds"].map((name) => ["$", "{", name, "}"].join(""))],
  });
  expect(commands).toEqual([["x", "7", "1,2"]]);
  const bare = { command: ["x", "$QTE.projectId", "job-$QTE.jobId.log", "$QTE.jobIdea"] };
  expect(planned("command", ["a"], bare).commands).toEqual([["x", "3", "job-7.log", "$QTE.jobIdea"]]);
});
