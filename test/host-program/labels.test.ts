import { describe, expect, test } from "vitest";
import { VERSION } from "../../src/programs/version.ts";
import { Machine } from "./host-process.ts";
import { call } from "./service.ts";

const readHost = (id: number) => call("GET", `/automation/hosts/${id}`);

describe.concurrent("a host that registers", () => {
  test("says its version, and the labels that it is given; without any, those of before stay", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const begin = async (labels: object, args: readonly string[] = [], env: Record<string, string> = {}) => {
      machine.configure({ command: "true" }, labels);
      const { host, id } = await machine.run(args, env);
      const status = machine.start(["status", "--json"]);
      await status.ends();
      host.signal("SIGTERM");
      await host.ends();
      return { read: await readHost(id), status: JSON.parse(status.output) };
    };
    const version = `muster-host ${VERSION}`;
    const none = await begin({});
    expect(none).toMatchObject({ read: { version, labels: [] }, status: { labels: [] } });
    const filed = await begin({ labels: ["linux", "gpu:a100", "linux"] });
    expect(filed).toMatchObject({
      read: { version, labels: ["linux", "gpu:a100"] },
      status: { labels: ["linux", "gpu:a100"] },
    });
    const unsaid = await begin({});
    expect(unsaid.read).toMatchObject({ version, labels: ["linux", "gpu:a100"] });
    const env = { MUSTER_LABELS: "from, variable" };
    expect((await begin({ labels: ["filed"] }, [], env)).read).toMatchObject({
      labels: ["from", "variable"],
    });
    const flags = ["--label", "from", "--label", "flags"];
    expect((await begin({ labels: ["filed"] }, flags, env)).read).toMatchObject({
      labels: ["from", "flags"],
    });
    expect((await begin({ labels: [] })).read).toMatchObject({ version, labels: [] });
  });

  test("is told of a wrong label with its place, before anything is sent", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    machine.configure({ command: "true" }, { labels: ["linux", "big disk"] });
    for (const command of ["run", "check"]) {
      const host = machine.start([command]);
      expect([await host.ends(), host.output]).toEqual([
        1,
        expect.stringMatching(/muster-host\.yaml:\d+: labels\[1\] must be 1 to 40 .*, not "big disk"/),
      ]);
    }
  });

  test("has its changed labels wait for the next start, and does not say so of those that did not change", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    const labels = ["linux", "gpu:a100"];
    machine.configure({ command: "true" }, { labels });
    const { host, id } = await machine.run();
    machine.configure({ command: "true" }, { labels, slots: 2 });
    host.signal("SIGHUP");
    expect(await host.emits("reloaded")).toMatchObject({ waiting: [] });
    machine.configure({ command: "true" }, { labels: ["linux"], slots: 3 });
    host.signal("SIGHUP");
    const isSecond = ({ waiting }: Record<string, unknown>) => Array.isArray(waiting) && waiting.length > 0;
    expect(await host.emits("reloaded", isSecond)).toMatchObject({ waiting: ["labels"] });
    expect(await readHost(id)).toMatchObject({ labels });
  });
});
