import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Machine } from "./host-process.ts";

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
      { name: "c", command: "true", results: "notes.txt/*.xml" },
      { name: "d", recipe: "vitest" },
      { name: "e", recipe: "pytesst" },
    ]);
    machine.write("notes.txt", "no folder");
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
      "agent c: results": expect.stringMatching(
        /notes\.txt can't be written \(.*\); make it a folder that this user can write, or choose another results$/,
      ),
      "agent d: command": expect.stringMatching(/^vitest is not among the packages of .*; install it there/),
      "agent e: command": expect.stringMatching(/^agent e: there is no recipe pytesst; there are vitest, /),
    });
  });

  test("finds a tool of npm's in the folder, or in one above it", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    mkdirSync(machine.path("packages", "web"), { recursive: true });
    mkdirSync(machine.path("node_modules", ".bin"), { recursive: true });
    writeFileSync(machine.path("node_modules", ".bin", "vitest"), "");
    machine.configure({ recipe: "vitest", directory: "./packages/web" });
    const check = machine.start(["check"]);
    expect([await check.ends(), check.output]).toEqual([
      0,
      expect.stringContaining("ok     agent tests: command"),
    ]);
  });

  test("says that the clock is wrong, that a project is not there and that too little disk is free", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "true", project: 999_999_999 }, { free_disk: "900TB" });
    const check = machine.start(["check"], machine.clockBehind(3_600_000));
    expect(await check.ends()).toBe(1);
    expect(check.output).toMatch(/^WRONG {2}clock: is 3[56]\d\d s behind the service's; set it by NTP$/m);
    expect(check.output).toMatch(/^WRONG {2}project 999999999: .*999999999/m);
    expect(check.output).toMatch(/^WRONG {2}disk: \d+ MB are free at .*; free some, or lower free_disk$/m);
    expect(check.output).toContain("ok     token");
  });

  test("says what is wrong in the configuration or on the command line, and ends with 1", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "true", slotz: 2 });
    const check = machine.start(["check"]);
    expect([await check.ends(), check.output]).toEqual([
      1,
      expect.stringMatching(
        /muster-host\.yaml:\d+: agents\[0\]\.slotz is not known; known are name, project/,
      ),
    ]);
    const run = machine.start(["run", "--prject", "1"]);
    expect([await run.ends(), run.output]).toEqual([
      1,
      "run has no option --prject; did you mean --project?\n",
    ]);
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
