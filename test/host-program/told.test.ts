import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { programPath } from "../../src/local/bundle-programs.ts";
import { until } from "../local/checkout.ts";
import { BadLine } from "./bad-line.ts";
import { Machine, type OnFinished } from "./host-process.ts";
import { agentsOf, call, jobWhen, schedule } from "./service.ts";

const shown = z.looseObject({ way: z.string(), no_socket: z.string().optional() });

const statusOf = (machine: Machine) =>
  shown.parse(
    JSON.parse(
      execFileSync(
        process.execPath,
        [programPath("host.mjs"), "status", "--json", "--state", machine.state],
        {
          encoding: "utf8",
        },
      ),
    ),
  );

/** A machine behind a line, which asks once in ten minutes: what it runs sooner it was notified of. */
const behindLine = async (
  finished: OnFinished,
  sockets: BadLine["sockets"],
  agent: object,
  host: object = {},
) => {
  const line = await BadLine.open(finished);
  line.sockets = sockets;
  const machine = await Machine.make(finished);
  machine.address = line.address;
  machine.configure({ command: "exit 0", shell: true, ...agent }, { poll_seconds: 600, ...host });
  const started = await machine.run();
  const { tests = 0 } = await agentsOf(started.id);
  return { line, machine, ...started, agent: tests, project: machine.project };
};

const isWay = (machine: Machine, way: string) =>
  until(`it is on ${way}`, () => statusOf(machine).way === way, 60);

describe.concurrent("a host", () => {
  test("is notified of a job on its socket, acknowledges it, and reports on it", async ({
    onTestFinished,
  }) => {
    const { machine, project, agent, line } = await behindLine(onTestFinished, "pass", {});
    await isWay(machine, "socket");
    const before = line.seen.length;
    const job = await schedule(project, agent);
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
    const asked = line.seen.slice(before).map(({ method, path }) => `${method} ${path}`);
    expect(asked.filter((each) => /leases$|status$/.test(each))).toEqual([]);
  });

  test("is notified on its socket that a run is cancelled", async ({ onTestFinished }) => {
    const agent = { command: "sleep 600" };
    const { machine, project, agent: id, host } = await behindLine(onTestFinished, "pass", agent);
    await isWay(machine, "socket");
    const job = await schedule(project, id);
    await host.emits("run_started");
    await call("PUT", `/projects/${project}/automation/jobs/${job}/status`, { status: "CANCELLED" });
    expect((await jobWhen(project, job, undefined, 20)).status).toBe("CANCELLED");
  });

  test("polls for jobs where a proxy does not support sockets, and says why", async ({ onTestFinished }) => {
    const host = { poll_seconds: 0.2 };
    const { machine, project, agent } = await behindLine(onTestFinished, "none", {}, host);
    const job = await schedule(project, agent);
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
    expect(statusOf(machine)).toMatchObject({ way: "http", no_socket: expect.stringContaining("502") });
  });

  test("reconnects its socket after a cut, and keeps its runs", async ({ onTestFinished }) => {
    const { machine, project, agent, line, host } = await behindLine(onTestFinished, "pass", {
      command: "sleep 4",
    });
    await isWay(machine, "socket");
    const job = await schedule(project, agent);
    await host.emits("run_started");
    line.sockets = "none";
    line.cutSockets();
    await isWay(machine, "http");
    line.sockets = "pass";
    await isWay(machine, "socket");
    expect((await jobWhen(project, job)).status).toBe("COMPLETED");
    const next = await schedule(project, agent);
    expect((await jobWhen(project, next)).status).toBe("COMPLETED");
  });
});
