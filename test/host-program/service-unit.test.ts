import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { unitFor } from "../../src/host-program/service-unit.ts";
import { Machine } from "./host-process.ts";

describe("the service unit", () => {
  const facts = {
    environment: "/var/lib/muster/environment",
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
      'ExecStart=/usr/bin/node "/opt/my host.mjs" run --environment /var/lib/muster/environment --config /etc/muster-host.yaml --state /var/lib/muster --slots 2\n',
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
      'schtasks /Create /F /TN muster-host /SC ONLOGON /TR "\\"/usr/bin/node\\" \\"/opt/my host.mjs\\" \\"run\\" \\"--environment\\" \\"/var/lib/muster/environment\\" \\"--config\\" \\"/etc/muster-host.yaml\\" \\"--state\\" \\"/var/lib/muster\\" \\"--slots\\" \\"2\\""\n',
    );
  });

  test.each([
    ["linux", /^systemctl --user disable --now muster-host\nrm .*muster-host\.service\n$/],
    ["darwin", /^launchctl unload -w (\S+)\nrm \1\n$/],
    ["win32", /^schtasks \/Delete \/F \/TN muster-host\n$/],
  ])("says how it is removed on %s", (platform, lines) => {
    expect(unitFor({ ...facts, platform }).removal).toMatch(lines);
  });

  test("is installed for its user and removed again; the unit has what the host was given, the token in no other's sight", async ({
    onTestFinished,
  }) => {
    const machine = await Machine.make(onTestFinished);
    // What systemd is asked for is written down.
    mkdirSync(machine.path("bin"));
    writeFileSync(machine.path("bin", "systemctl"), '#!/bin/sh\necho "$@" >> "$HOME/asked"\n', {
      mode: 0o755,
    });
    const env = { HOME: machine.folder, PATH: `${machine.path("bin")}:${process.env.PATH}` };
    const flags = ["--url", machine.address, "--project", `${machine.project}`, "--free-disk", "1MB"];
    const install = machine.start(["service", "install", ...flags, "--", "true"], env);
    expect([await install.ends(), install.output]).toEqual([0, expect.stringMatching(/^installed /)]);
    const unit = machine.path(".config/systemd/user/muster-host.service");
    const [, line = ""] = /^ExecStart=\S+ \S+ (run .*)$/m.exec(readFileSync(unit, "utf8")) ?? [];
    expect(readFileSync(unit, "utf8")).not.toContain(machine.token);
    expect(statSync(machine.path("state", "environment")).mode & 0o777).toBe(0o600);
    expect(machine.read("asked")).toBe("--user daemon-reload\n--user enable --now muster-host\n");
    // The service manager gives it an environment of its own.
    const token = machine.token;
    machine.token = "";
    const host = machine.start(["run", "--json", ...line.split(" ").slice(1)], {
      MUSTER_STATE: "",
      PATH: "/usr/bin:/bin",
    });
    const { agents } = await host.emits("started");
    expect(agents).toEqual(["tests"]);
    host.signal("SIGTERM");
    expect(await host.ends()).toBe(0);
    machine.token = token;
    const remove = machine.start(["service", "remove"], env);
    expect([await remove.ends(), existsSync(unit)]).toEqual([0, false]);
    expect(machine.read("asked")).toMatch(/--user disable --now muster-host\n$/);
  });

  test("shows with --print what it would write, and writes nothing", async ({ onTestFinished }) => {
    const machine = await Machine.make(onTestFinished);
    const printed = machine.start(["service", "install", "--print", "--url", "http://x", "--project", "1"]);
    expect(await printed.ends()).toBe(0);
    expect(printed.output).toMatch(
      /^ExecStart=.*host\.mjs run --environment \S+ --state \S+ --url http:\/\/x --project 1 --directory \/\S+$/m,
    );
    expect(printed.output).not.toContain(machine.token);
    expect(existsSync(machine.state)).toBe(false);
    const removal = machine.start(["service", "remove", "--print"]);
    expect([await removal.ends(), removal.output]).toEqual([
      0,
      expect.stringMatching(/^systemctl --user disable/),
    ]);
  });
});
