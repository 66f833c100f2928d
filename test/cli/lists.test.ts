import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { call, schedule, service } from "../host-program/service.ts";
import { UserMachine } from "./cli-process.ts";
import { runPlace, TESTS } from "./run-place.ts";

const admin = { MUSTER_URL: service.address, MUSTER_TOKEN: service.token };

describe.concurrent("muster", () => {
  test("login keeps the token where only its user can read it, and only for its address", async ({
    onTestFinished,
  }) => {
    const { token, project } = await runPlace(onTestFinished);
    const user = new UserMachine(onTestFinished);
    const wrong = await user.muster(["login", service.address], { input: "nobody's-token-of-some-length\n" });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("token")]);
    expect((await user.muster(["jobs"])).code).toBe(2);
    const login = await user.muster(["login", `${service.address}/api/v3/`], { input: `${token}\n` });
    expect([login.code, login.stderr]).toEqual([0, ""]);
    expect(login.stdout).not.toContain(token);
    expect(statSync(user.path("state/login.json")).mode & 0o777).toBe(0o600);
    expect(statSync(user.path("state")).mode & 0o777).toBe(0o700);
    expect(JSON.parse((await user.muster(["jobs", "--json"])).stdout)).toEqual([]);
    const elsewhere = await user.muster(["jobs", "--url", "http://127.0.0.1:1"]);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining("no token for")]);
    expect((await user.muster(["jobs", "--project", String(project)])).code).toBe(0);
    expect((await user.muster(["logout"])).code).toBe(0);
    expect((await user.muster(["jobs"])).code).toBe(2);
  });

  test("lists hosts, jobs and schedules: tables for people, JSON for programs", async ({
    onTestFinished,
  }) => {
    const { user, project, agent, host } = await runPlace(onTestFinished);
    const job = await schedule(project, agent, { name: "Nightly \u001b[31mred" });
    const jobs = await user.muster(["jobs"]);
    expect(jobs.stdout).toMatch(/^JOB +STATUS +DUE \(UTC\) +AGENT/);
    expect(jobs.stdout).toMatch(
      new RegExp(`^${job} +[A-Z]+ +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +${agent} `, "m"),
    );
    expect(JSON.parse((await user.muster(["jobs", "--json"])).stdout)).toMatchObject([{ job_id: job }]);
    const schedules = await user.muster(["schedules"]);
    expect(schedules.stdout).toMatch(/Nightly .*red +\d+ +once, /);
    expect(schedules.stdout).not.toContain("\u001b");
    const hosts = JSON.parse((await user.muster(["hosts", "--json", "--limit", "1000"])).stdout);
    expect(hosts).toContainEqual(expect.objectContaining({ host_server_id: host }));
    const one = await user.muster(["hosts", "--limit", "1"]);
    expect([one.stdout.trim().split("\n").length, one.stderr]).toEqual([
      2,
      "only 1 are shown; --limit shows more\n",
    ]);
    expect((await user.muster(["jobs", "--status", "running", "--json"])).code).toBe(0);
    expect((await user.muster(["jobs", "--status", "lost"])).stderr).toContain("--status must be one of");
  });

  test("import brings in a report, a table and JSON, and a later run finds their tests", async ({
    onTestFinished,
  }) => {
    const { user, machine } = await runPlace(onTestFinished);
    const report = machine.write(
      "report.xml",
      '<testsuites><testsuite name="s"><testcase classname="cart" name="of a report"/></testsuite></testsuites>',
    );
    const imported = await user.muster(["import", report]);
    expect([imported.code, imported.stdout]).toEqual([
      0,
      expect.stringMatching(/^1 test run of project \d+ from /),
    ]);
    const rows = machine.write("tests.csv", "test_case_name,automation_content\nof a table,cart.table\n");
    expect((await user.muster(["import", rows])).stdout).toContain("1 test run");
    const json = machine.write("tests.json", JSON.stringify(TESTS));
    expect((await user.muster(["import", json])).stdout).toContain("2 test runs");
    for (const [filter, count] of [
      ["of a", 2],
      ["cart.*", 4],
    ] as const)
      expect((await user.muster(["run", "--agent", "tests", "--tests", filter])).stdout).toContain(
        `of ${count} tests`,
      );
    const nothing = await user.muster(["import", machine.write("odd.txt", "no report")]);
    expect(nothing.code).toBe(2);
    expect((await user.muster(["import", "none.xml"])).stderr).toContain("none.xml can't be read");
  });

  test("tokens are issued, listed and revoked", async ({ onTestFinished }) => {
    const { project } = await runPlace(onTestFinished);
    const user = new UserMachine(onTestFinished, admin);
    const made = await user.muster(["tokens", "create", "pipeline", "--project", String(project)]);
    expect([made.code, made.stderr]).toEqual([0, expect.stringMatching(/^token \d+ of scope operator; /)]);
    const token = made.stdout.trim();
    const env = { MUSTER_TOKEN: token };
    expect((await user.muster(["jobs"], { env })).code).toBe(0);
    const [, id = ""] = /^token (\d+)/.exec(made.stderr) ?? [];
    const listed = await user.muster(["tokens", "--limit", "1000"]);
    expect(listed.stdout).toMatch(new RegExp(`^${id} +pipeline +operator +\\S+ +${project} `, "m"));
    expect(listed.stdout).not.toContain(token);
    expect((await user.muster(["tokens", "revoke", id])).stdout).toBe(`token ${id} is revoked\n`);
    expect((await user.muster(["tokens", "revoke"])).stderr).toContain("muster tokens revoke ID");
    expect((await user.muster(["tokens", "destroy", id])).stderr).toContain("tokens has no destroy");
  });

  test("doctor finds all well, and says what is wrong", async ({ onTestFinished }) => {
    const { user } = await runPlace(onTestFinished);
    const well = await user.muster(["doctor"]);
    expect([well.code, well.stdout]).toEqual([
      0,
      expect.stringMatching(/^ok +hosts +\d+ of \d+ were heard of lately$/m),
    ]);
    const bad = await user.muster(["doctor", "--json"], {
      env: { MUSTER_TOKEN: "nobody's-token-of-some-length" },
    });
    expect([bad.code, JSON.parse(bad.stdout)]).toEqual([
      1,
      expect.arrayContaining([
        expect.objectContaining({ what: "token", wrong: expect.stringContaining("token") }),
      ]),
    ]);
    const away = await user.muster(["doctor"], { env: { MUSTER_URL: "http://127.0.0.1:1" } });
    expect([away.code, away.stdout]).toEqual([1, expect.stringMatching(/^WRONG service/m)]);
    expect(await call("GET", "/automation/hosts")).toBeDefined();
  });
});
