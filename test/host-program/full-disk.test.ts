import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Machine, type OnFinished } from "./host-process.ts";
import { agentsOf, jobWhen, reasonOf, schedule } from "./service.ts";

const SIZE_MB = 4;

/** Mounts a small disk there; undefined where this user may not. */
const smallDisk = (path: string, onTestFinished: OnFinished): string | undefined => {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE_MB}m`, "muster-test", path], { stdio: "pipe" });
  } catch {
    return undefined;
  }
  onTestFinished(async () => void execFileSync("umount", ["--lazy", path]));
  return path;
};

/** Writes until no byte is free. */
const fill = (path: string): void => {
  for (let nth = 0; ; nth++) {
    try {
      writeFileSync(`${path}/filler-${nth}`, Buffer.alloc(nth < 50 ? 65_536 : 512));
    } catch {
      const { bavail } = statfsSync(path);
      if (bavail === 0) return;
    }
  }
};

describe.concurrent("on a full disk", () => {
  test("a run goes on and its result is said, once the journal gives up its reserve; what it says of itself is cut off", async ({
    onTestFinished,
    skip,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const disk = smallDisk(machine.state, onTestFinished);
    if (disk === undefined) skip("no disk of its own can be mounted here: that takes root");
    machine.configure(
      {
        command: "echo begun; while [ ! -e go ]; do sleep 0.1; done; seq 20000; exit 3",
        shell: true,
        slots: 2,
      },
      { free_disk: "1MB", slots: 2 },
    );
    const { host, id } = await machine.run(["--verbose"]);
    const { tests = 0 } = await agentsOf(id);
    const first = await schedule(machine.project, tests);
    await host.emits("output", ({ line }) => line === "begun");
    fill(machine.state);
    expect(await host.emits("trouble")).toMatchObject({
      message: expect.stringMatching(/^no job is asked for: 0 MB are free/),
    });
    machine.write("go", "");
    const ended = await jobWhen(machine.project, first);
    expect([ended.status, reasonOf(ended)]).toEqual(["FAILED", "disk_full"]);
    expect(await host.emits("run_ended")).toMatchObject({ reason: expect.stringContaining("exit code 3") });
    // Its word was on the disk before it was said.
    await host.emits("reported");
    for (let nth = 0; nth < 80; nth++) rmSync(`${machine.state}/filler-${nth}`, { force: true });
    const next = await schedule(machine.project, tests);
    expect((await jobWhen(machine.project, next)).status).toBe("FAILED");
    await host.emits("well_again");
  });

  test("a host killed with an end that it had no room to say twice says it when it starts again", async ({
    onTestFinished,
    skip,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const disk = smallDisk(machine.state, onTestFinished);
    if (disk === undefined) skip("no disk of its own can be mounted here: that takes root");
    machine.configure(
      { command: "echo begun; while [ ! -e go ]; do sleep 0.1; done", shell: true, slots: 2 },
      { free_disk: "1MB", slots: 2 },
    );
    const { host, id } = await machine.run(["--verbose"]);
    const { tests = 0 } = await agentsOf(id);
    const job = await schedule(machine.project, tests);
    await host.emits("output", ({ line }) => line === "begun");
    fill(machine.state);
    host.signal("SIGKILL");
    await host.ends();
    // Full as it is, the journal is read, and what was left of the run is reported.
    await machine.run();
    const ended = await jobWhen(machine.project, job);
    expect([ended.status, ended.history.at(-1)?.note]).toEqual(["FAILED", "host restarted"]);
  });
});
