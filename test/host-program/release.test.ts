import { describe, expect, test } from "vitest";
import { Machine } from "./host-process.ts";
import { agentsOf, call, jobWhen, schedule } from "./service.ts";

/*
 * The promise that each version of the protocol is served for two years after the next one: the program as it was
 * released with each of them is kept, and does its work by the present service.
 */
const RELEASES = ["test/host-program/releases/protocol-1.mjs"];

describe.concurrent.each(RELEASES)("the released program %s, by the present service", (program) => {
  test("registers, runs a job and reports it", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished, program);
    machine.configure({ command: "exit 0", shell: true });
    const { id } = await machine.run();
    const { tests = 0 } = await agentsOf(id);
    expect((await jobWhen(machine.project, await schedule(machine.project, tests))).status).toBe("COMPLETED");
    expect((await jobWhen(machine.project, await schedule(machine.project, tests))).status).toBe("COMPLETED");
  });

  test("is notified of a cancel, and ends the run", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished, program);
    machine.configure({ command: "echo begun; sleep 600", shell: true });
    const { id, host } = await machine.run(["--verbose"]);
    const { tests = 0 } = await agentsOf(id);
    const job = await schedule(machine.project, tests);
    await host.emits("output", ({ line }) => line === "begun");
    await call("PUT", `/projects/${machine.project}/automation/jobs/${job}/status`, { status: "CANCELLED" });
    expect((await jobWhen(machine.project, job)).status).toBe("CANCELLED");
  });
});
