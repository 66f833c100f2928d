import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "./host-process.ts";
import { agentsOf, call, jobWhen, readJob, schedule } from "./service.ts";

/** The escapes of colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told by
const COLOUR = /\u001b\[\d+m/;

describe.concurrent("a running host", () => {
  test("shows on a terminal a line for each job that runs, and its end in colours unless NO_COLOR is set", async ({
    onTestFinished,
    skip,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "echo checking out; sleep 1.5", shell: true });
    const first = machine.start(["once", "--json"]);
    const { host } = await first.emits("started");
    await first.ends();
    const { tests = 0 } = await agentsOf(Number(host));
    for (const noColour of ["", "1"]) {
      const job = await schedule(machine.project, tests);
      const shown = (await machine.inTerminal(["once"], { NO_COLOR: noColour })) ?? "";
      if (shown === "") skip("there is no script, which opens a terminal");
      expect(shown).toContain(`\u001b[1A\u001b[0J  job ${job} (tests)  1.`);
      expect(shown).toMatch(/ {2}1\.\d s {2}checking out/);
      expect(shown).toMatch(/job \d+ \(tests\) COMPLETED after \d\.\d s/);
      expect(shown).toMatch(/1 completed, 0 failed, 0 cancelled/);
      expect(COLOUR.test(shown)).toBe(noColour === "");
    }
  });

  test("answers status, with its token and the named secrets masked in all output", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.write("token", machine.token);
    machine.configure(
      {
        command:
          'echo "token=$SHOP_PASSWORD and $SHOP_KEY" $(cat token); while [ ! -e go ]; do sleep 0.2; done; exit 1',
        shell: true,
        env: { SHOP_KEY: "key-of-the-shop" },
      },
      { mask: ["SHOP_PASSWORD", "SHOP_KEY"] },
    );
    const { host, id } = await machine.run(["--verbose"], { SHOP_PASSWORD: "swordfish" });
    const { tests = 0 } = await agentsOf(id);
    const job = await schedule(machine.project, tests);
    expect((await host.emits("output")).line).toBe("token=*** and *** ***");
    const status = machine.start(["status", "--json"]);
    expect(await status.ends()).toBe(0);
    expect(JSON.parse(status.output)).toMatchObject({
      pid: host.pid,
      running: [{ job, last_line: "token=*** and *** ***" }],
    });
    machine.write("go", "");
    await jobWhen(machine.project, job);
    const secrets = new RegExp(`swordfish|key-of-the-shop|${machine.token}`);
    expect(host.output + status.output).not.toMatch(secrets);
    expect(readFileSync(machine.path("state", "journal.jsonl"), "utf8")).not.toMatch(secrets);
    expect(JSON.stringify(await readJob(machine.project, job))).not.toMatch(secrets);
  });

  test("reads its configuration again at SIGHUP: agents and slots at once, others at the next start", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const command = "echo begun; while [ ! -e go ]; do sleep 0.2; done";
    machine.configure({ name: "a", command, shell: true, slots: 2 });
    const { host, id } = await machine.run(["--verbose"]);
    const { a = 0 } = await agentsOf(id);
    const waiting = [await schedule(machine.project, a), await schedule(machine.project, a)];
    await host.emits("output");
    const agents = [
      { name: "a", command, shell: true, slots: 2 },
      { name: "b", command: "true" },
    ];
    machine.configure(agents, { slots: 3, poll_seconds: 7 });
    host.signal("SIGHUP");
    expect(await host.emits("reloaded")).toMatchObject({ agents: ["a", "b"], waiting: ["poll_seconds"] });
    const { b = 0 } = await agentsOf(id);
    const job = await schedule(machine.project, b);
    expect((await jobWhen(machine.project, job)).status).toBe("COMPLETED");
    for (const each of waiting) await jobWhen(machine.project, each, ({ status }) => status === "RUNNING");
    machine.write("go", "");
    for (const each of waiting) await jobWhen(machine.project, each);
  });

  test("keeps its configuration where the changed one is wrong, and says why", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "true" });
    const { host, id } = await machine.run();
    machine.configure({ command: "true", slotz: 2 });
    host.signal("SIGHUP");
    expect(await host.emits("trouble")).toMatchObject({
      message: expect.stringMatching(/^the configuration stays as it was: .*agents\[0\]\.slotz is not known/),
    });
    machine.configure([
      { name: "tests", command: "false" },
      { name: "c", command: "true", project: 999_999_999 },
    ]);
    host.signal("SIGHUP");
    expect(await host.emits("trouble", ({ message }) => `${message}`.includes("agent c"))).toMatchObject({
      message: expect.stringMatching(/^the configuration stays as it was: agent c of project 999999999/),
    });
    const { tests = 0 } = await agentsOf(id);
    const job = await schedule(machine.project, tests);
    expect((await jobWhen(machine.project, job)).status).toBe("COMPLETED");
  });

  test("runs no more jobs at once than its agents and itself have slots", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure(
      [
        { name: "one", command: "sleep 1", slots: 1 },
        { name: "three", command: "sleep 1", slots: 3 },
      ],
      { slots: 3 },
    );
    const { host, id } = await machine.run();
    const { one = 0, three = 0 } = await agentsOf(id);
    const jobs = await Promise.all(
      [one, one, three, three, three, three].map((each) => schedule(machine.project, each)),
    );
    for (const job of jobs) expect((await jobWhen(machine.project, job)).status).toBe("COMPLETED");
    const present: Record<string, number> = { one: 0, three: 0 };
    const most: Record<string, number> = { one: 0, three: 0, host: 0 };
    for (const { event, run } of host.events) {
      const agent = String(Reflect.get(Object(run), "agent"));
      if (event === "run_started") present[agent] = (present[agent] ?? 0) + 1;
      if (event === "run_ended") present[agent] = (present[agent] ?? 0) - 1;
      const all = { ...present, host: Object.values(present).reduce((sum, each) => sum + each, 0) };
      for (const [name, count] of Object.entries(all)) most[name] = Math.max(most[name] ?? 0, count);
    }
    expect(most.one).toBe(1);
    expect(most.host).toBe(3);
    expect(most.three).toBeGreaterThan(1);
  });

  test("knows how long a schedule's last run took, also after a restart", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "sleep 1" });
    const first = await machine.run();
    const { tests = 0 } = await agentsOf(first.id);
    const times = { cron: "* * * * *", start_date: new Date(Date.now() - 60_000).toISOString(), max_runs: 2 };
    const made = await call("POST", `/projects/${machine.project}/automation/schedules`, {
      ...{ name: "Each minute", agent_server_id: tests, ...times },
    });
    expect(made).toBeDefined();
    const { lastMs } = await first.host.emits("run_started", () => true, 100);
    expect(lastMs).toBeNull();
    await first.host.emits("reported");
    first.host.signal("SIGTERM");
    expect(await first.host.ends()).toBe(0);
    const second = await machine.run();
    const again = await second.host.emits("run_started", () => true, 100);
    expect(again.lastMs).toBeGreaterThanOrEqual(1000);
    expect(again.lastMs).toBeLessThan(20_000);
  }, 300_000);

  test("that is not there is reported by status, with 1", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    const status = machine.start(["status"]);
    expect([await status.ends(), status.output]).toEqual([
      1,
      expect.stringMatching(/^no host of .* runs\n$/),
    ]);
  });

  test("runs hooks around a run, of which after has the outcome and always runs", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({
      command: "exit 1",
      shell: true,
      before: "echo before >> hooks",
      after: 'echo "after $MUSTER_OUTCOME" >> hooks',
    });
    const { id } = await machine.run();
    const { tests = 0 } = await agentsOf(id);
    const job = await schedule(machine.project, tests);
    await jobWhen(machine.project, job);
    expect(machine.read("hooks")).toBe("before\nafter FAILED\n");
  });

  test("gives a run an empty folder where its directory is fresh, and reads no report that is older than it", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const old = machine.write("old.xml", '<testsuite><testcase name="adds"/></testsuite>');
    utimesSync(old, new Date(0), new Date(0));
    const stale = machine.path("stale");
    mkdirSync(stale);
    writeFileSync(join(stale, "report.xml"), '<testsuite><testcase name="adds"/></testsuite>');
    utimesSync(join(stale, "report.xml"), new Date(0), new Date(0));
    machine.configure([
      {
        name: "fresh",
        directory: "fresh",
        command: 'ls -A > listing; cat listing; test ! -s listing || test "$(cat listing)" = listing',
        shell: true,
      },
      { name: "stale", directory: "./stale", command: "true", results: "*.xml" },
    ]);
    const { id } = await machine.run();
    const { fresh = 0, stale: staleAgent = 0 } = await agentsOf(id);
    for (let time = 0; time < 2; time++) {
      expect((await jobWhen(machine.project, await schedule(machine.project, fresh))).status).toBe(
        "COMPLETED",
      );
    }
    expect((await jobWhen(machine.project, await schedule(machine.project, staleAgent))).status).toBe(
      "FAILED",
    );
  });
});
