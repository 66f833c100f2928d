import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { wrongClock } from "../../src/host-program/check.ts";
import { ServerClock } from "../../src/host-program/server-clock.ts";
import { unitFor } from "../../src/host-program/service-unit.ts";
import { Machine } from "./host-process.ts";
import { agentsOf, jobWhen, schedule } from "./service.ts";

describe.concurrent("check", () => {
  test("ends with 0 if all is right, and changes nothing", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "true" });
    const check = machine.start(["check"]);
    expect([await check.ends(), check.output]).toEqual([0, expect.not.stringContaining("WRONG")]);
    expect(check.output).toContain("ok     agent tests: command");
  });

  test("says what is wrong and what would be right, and ends with 1", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.token = "muster_host_of_nobody";
    machine.configure([
      { name: "a", command: "nobodys-program" },
      { name: "b", command: "true", directory: "./nowhere" },
    ]);
    const check = machine.start(["check", "--json"]);
    expect(await check.ends()).toBe(1);
    const wrong = Object.fromEntries(
      check.output
        .trim()
        .split("\n")
        .map((line): { what: string; wrong: string | null } => JSON.parse(line))
        .map(({ what, wrong: why }) => [what, why]),
    );
    expect(wrong).toMatchObject({
      token: expect.stringContaining("ask an admin for another"),
      "agent a: command": expect.stringMatching(/^nobodys-program is not found .*; install it/),
      "agent b: directory": expect.stringContaining("is not there; make it"),
    });
  });

  test("says that no server answers at the address", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.address = "http://127.0.0.1:9";
    machine.configure({ command: "true" });
    const check = machine.start(["check"]);
    expect(await check.ends()).toBe(1);
    expect(check.output).toMatch(
      /^WRONG {2}address http:\/\/127\.0\.0\.1:9: .*give the service's own address/m,
    );
  });
});

describe.concurrent("run says before it asks the service", () => {
  test("that a recipe is not known, and ends with 1", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.address = "http://127.0.0.1:9";
    machine.configure({ recipe: "pytesst" });
    const run = machine.start(["run"]);
    expect([await run.ends(), run.output]).toEqual([
      1,
      expect.stringMatching(/^agent tests: there is no recipe pytesst; there are vitest, /),
    ]);
  });

  test("that a folder is not there", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "true", directory: "./nowhere" });
    const { host } = await machine.run();
    expect(await host.emits("trouble")).toMatchObject({
      message: expect.stringMatching(/^agent tests: .*nowhere is not there, so that its jobs fail; make it/),
    });
  });
});

describe.concurrent("a running host", () => {
  test("answers status, with its token and the named secrets masked in all output", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure(
      {
        command: 'echo "token=$SHOP_PASSWORD and $SHOP_KEY"; while [ ! -e go ]; do sleep 0.2; done',
        shell: true,
        env: { SHOP_KEY: "key-of-the-shop" },
      },
      { mask: ["SHOP_PASSWORD", "SHOP_KEY"] },
    );
    const { host, id } = await machine.run(["--verbose"], { SHOP_PASSWORD: "swordfish" });
    const { tests = 0 } = await agentsOf(id);
    const job = await schedule(machine.project, tests);
    expect((await host.emits("output")).line).toBe("token=*** and ***");
    const status = machine.start(["status", "--json"]);
    expect(await status.ends()).toBe(0);
    expect(JSON.parse(status.output)).toMatchObject({
      pid: host.pid,
      running: [{ job, last_line: "token=*** and ***" }],
    });
    machine.write("go", "");
    await jobWhen(machine.project, job);
    expect(host.output + status.output).not.toMatch(/swordfish|key-of-the-shop/);
    expect(readFileSync(machine.path("state", "journal.jsonl"), "utf8")).not.toMatch(
      /swordfish|key-of-the-shop/,
    );
  });

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

describe("the service's clock", () => {
  const SECOND = 1000;
  const noon = Date.parse("2026-03-01T12:00:00Z");

  test("is known to within the time that answers take, by whole seconds, and an hour off is reported", () => {
    const clock = new ServerClock();
    expect(clock.offsetMs).toBeUndefined();
    // This machine is an hour behind; each answer takes 20 ms.
    for (let at = noon; at < noon + 5 * SECOND; at += 130) {
      const second = new Date(at + 3_600_000 - (at % SECOND)).toUTCString();
      clock.note(second, at - 10, at + 10);
    }
    expect(Math.abs((clock.offsetMs ?? 0) - 3_600_000)).toBeLessThan(150);
    expect(wrongClock(clock.offsetMs ?? 0)).toBe("is 3600 s behind the service's; set it by NTP");
    expect(clock.localTimeOf(noon + 3_600_000)).toBeGreaterThanOrEqual(noon);
  });

  test("is measured again after one of the two was set", () => {
    const clock = new ServerClock();
    clock.note(new Date(noon).toUTCString(), noon, noon + 10);
    clock.note(new Date(noon).toUTCString(), noon + 60 * SECOND, noon + 60 * SECOND + 10);
    expect(clock.offsetMs).toBeLessThan(-58 * SECOND);
  });
});

describe("service", () => {
  const facts = {
    system: false,
    node: "/usr/bin/node",
    program: "/opt/my host.mjs",
    config: "/etc/muster-host.yaml",
    state: "/var/lib/muster",
    directory: "/srv",
    args: ["--slots", "2"],
  };

  test("prints a systemd unit that lets runs finish", () => {
    const { text, path } = unitFor({ ...facts, platform: "linux" });
    expect(text).toContain(
      'ExecStart=/usr/bin/node "/opt/my host.mjs" run --config /etc/muster-host.yaml --state /var/lib/muster --slots 2\n',
    );
    expect(text).toMatch(/KillMode=mixed\nTimeoutStopSec=infinity/);
    expect(path).toMatch(/\.config\/systemd\/user\/muster-host\.service$/);
    expect(unitFor({ ...facts, system: true, platform: "linux" }).path).toBe(
      "/etc/systemd/system/muster-host.service",
    );
  });

  test("prints a launchd plist, and the line for Windows' scheduler", () => {
    expect(unitFor({ ...facts, platform: "darwin" }).text).toContain(
      "<string>/opt/my host.mjs</string>\n    <string>run</string>",
    );
    expect(unitFor({ ...facts, platform: "win32" }).text).toBe(
      'schtasks /Create /F /TN muster-host /SC ONLOGON /TR "\\"/usr/bin/node\\" \\"/opt/my host.mjs\\" \\"run\\" \\"--config\\" \\"/etc/muster-host.yaml\\" \\"--state\\" \\"/var/lib/muster\\" \\"--slots\\" \\"2\\""\n',
    );
  });

  test("shows with --print what it would write, and writes nothing", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    const printed = machine.start(["service", "install", "--print", "--url", "http://x", "--project", "1"]);
    expect(await printed.ends()).toBe(0);
    expect(printed.output).toMatch(/^ExecStart=.*host\.mjs run --state \S+ --url http:\/\/x --project 1$/m);
    expect(printed.output).not.toContain(machine.token);
  });
});
