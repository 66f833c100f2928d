import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readCommandLine } from "../../src/host-program/options.ts";
import { resolveSettings, stateFolderIn } from "../../src/host-program/resolve-settings.ts";
import { keepVariables, readVariables } from "../../src/host-program/variables-file.ts";

const URL_AND_PROJECT = { MUSTER_URL: "https://muster.example.com", MUSTER_PROJECT: "1" };

/** What a command line comes to, over these variables. */
const settle = (line: string, env: Record<string, string> = URL_AND_PROJECT) => {
  const asked = readCommandLine(line.split(" "));
  if ("help" in asked) throw new Error("it asks for help");
  return resolveSettings(asked, env);
};

const configFile = (text: string) => {
  const folder = mkdtempSync(join(tmpdir(), "muster-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "muster-host.yaml");
  writeFileSync(path, text);
  return { path, folder };
};

/** The same over a configuration. */
const settleFile = (text: string, line = "run", env: Record<string, string> = {}) =>
  settle(`${line} --config ${configFile(text).path}`, env);

describe("a setting", () => {
  test("is taken from its flag, else its variable, else the file", () => {
    const file = "url: https://file.example.com\nslots: 3\nagents: [{project: 1, command: true}]\n";
    expect(settleFile(file)).toMatchObject({ url: "https://file.example.com", slots: 3 });
    const env = { MUSTER_URL: "https://variable.example.com", MUSTER_SLOTS: "4" };
    expect(settleFile(file, "run", env)).toMatchObject({ url: "https://variable.example.com", slots: 4 });
    expect(settleFile(file, "run --slots 5", env)).toMatchObject({ slots: 5 });
  });

  test("of the state folder is found in the file, from the file's folder on, without any other setting", () => {
    const { path, folder } = configFile("state: ./kept\n");
    const stateFor = (line: string, env: Record<string, string> = {}) => {
      const asked = readCommandLine(`${line} --config ${path}`.split(" "));
      return "help" in asked ? "" : stateFolderIn(asked, env);
    };
    expect(stateFor("status")).toBe(join(folder, "kept"));
    expect(stateFor("status", { MUSTER_STATE: "/variable" })).toBe("/variable");
    expect(stateFor("status --state /flag", { MUSTER_STATE: "/variable" })).toBe("/flag");
    expect(stateFor("service install")).toBe(join(folder, "kept"));
  });

  test("of labels is a list, a text with commas or a repeated flag; none given is not the same as an empty list", () => {
    const file = (labels: string) => `url: http://x\nagents: [{project: 1}]\n${labels}`;
    expect(settleFile(file("")).labels).toBeUndefined();
    expect(settleFile(file("labels: []")).labels).toEqual([]);
    expect(settleFile(file("labels: [linux, gpu:a100, linux, 7]")).labels).toEqual([
      ...["linux", "gpu:a100", "7"],
    ]);
    expect(settleFile(file("labels: linux, gpu:a100")).labels).toEqual(["linux", "gpu:a100"]);
    const env = { MUSTER_LABELS: "windows, site/berlin,windows" };
    expect(settleFile(file("labels: [linux]"), "run", env).labels).toEqual(["windows", "site/berlin"]);
    expect(settleFile(file("labels: [linux]"), "run --label a --label b,c --label a", env).labels).toEqual([
      ...["a", "b", "c"],
    ]);
    const twenty = Array.from({ length: 20 }, (_, nth) => `${nth}`).join();
    expect(settle("run", { ...URL_AND_PROJECT, MUSTER_LABELS: `${twenty},1` }).labels).toHaveLength(20);
  });

  test("of one agent needs no file", () => {
    const { agents } = settle("run -- npx vitest run");
    expect(agents).toMatchObject([{ project: 1, command: ["npx", "vitest", "run"], slots: 1 }]);
  });

  test.each([
    ["url: x.example.com", /muster-host\.yaml:1: url must be an address such as/],
    [
      "url: http://x\nagents:\n  - project: 1\n    slotz: 2",
      /muster-host\.yaml:4: agents\[0\]\.slotz is not known; known are name, project/,
    ],
    [
      "url: http://x\nagents:\n  - project: one",
      /muster-host\.yaml:3: agents\[0\]\.project must be a whole number from 1/,
    ],
    ["url: http://x\nagents:\n  - name: a", /muster-host\.yaml:3: agents\[0\] must have a project/],
    [
      "url: http://x\nagents:\n  - {project: 1}\n  - {project: 1}",
      /muster-host\.yaml:4: agents\[1\] is called tests, as agents\[0\] is/,
    ],
    [
      "url: http://x\nlease_seconds: 5\nagents: [{project: 1}]",
      /muster-host\.yaml:2: lease_seconds must be a whole number from 30 to 900, not 5/,
    ],
    [
      "url: http://x\nfree_disk: much\nagents: [{project: 1}]",
      /muster-host\.yaml:2: free_disk must be a size such as 500MB/,
    ],
    [
      "url: http://x\nagents:\n  - &one {name: a, project: 1, env: {A: b}}\n  - {name: b, project: 1, env: *one}",
      /muster-host\.yaml:4: agents\[1\]\.env is an alias, which is not read; write it out/,
    ],
    [
      "url: http://x\nagents: [{project: 1}]\nlabels:\n  - linux\n  - big disk",
      /muster-host\.yaml:5: labels\[1\] must be 1 to 40 characters of a-z, A-Z, 0-9 .*, not "big disk"$/,
    ],
    [
      `url: http://x\nlabels: [${Array.from({ length: 21 }, (_, nth) => nth)}]\nagents: [{project: 1}]`,
      /muster-host\.yaml:2: labels must be at most 20 labels, not 21$/,
    ],
    [
      "url: http://x\nlabels: {linux: true}\nagents: [{project: 1}]",
      /muster-host\.yaml:2: labels must be a text/,
    ],
    ["just words", /muster-host\.yaml must have the fields url, token, name/],
    ["url: [", /muster-host\.yaml:\d+: is not YAML/],
    ["url: http://x\nagents: []", /muster-host\.yaml:2: agents must name an agent/],
  ])("that is wrong in the file %j is refused with file, line and field", (text, message) => {
    expect(() => settleFile(text)).toThrow(message);
  });

  test("that is wrong elsewhere is refused by the name of its flag or variable", () => {
    expect(() => settle("run --slots many")).toThrow(
      '--slots must be a whole number from 1 to 100, not "many"',
    );
    expect(() => settle("run", { ...URL_AND_PROJECT, MUSTER_SLOTS: "0" })).toThrow(
      "MUSTER_SLOTS must be a whole number",
    );
    expect(() => settle("run --label linux --label büro")).toThrow(
      /^--label must be 1 to 40 characters of .*, not "büro"$/,
    );
    expect(() => settle("run", { ...URL_AND_PROJECT, MUSTER_LABELS: `linux,${"x".repeat(41)}` })).toThrow(
      /^MUSTER_LABELS must be 1 to 40 characters of .*, not "x{41}"$/,
    );
    expect(() => settle("run", { ...URL_AND_PROJECT, MUSTER_LABELS: "linux,,mac" })).toThrow(', not ""');
    expect(() => settle("run", {})).toThrow(
      "no address of the service is given; give --url, MUSTER_URL, or url in muster-host.yaml",
    );
  });
});

describe("a command line", () => {
  test("with an unknown flag is refused, and the nearest one named", () => {
    expect(() => readCommandLine(["run", "--prject", "1"])).toThrow(
      "run has no option --prject; did you mean --project?",
    );
    expect(() => readCommandLine(["status", "--url", "x"])).toThrow("status has no option --url");
    expect(() => readCommandLine(["dance"])).toThrow(
      "there is no command dance; there are run, once, check, status, service, version",
    );
  });

  test.each(["run", "once", "check", "status", "service", "version"])("has help for %s", (command) => {
    expect(readCommandLine([command, "--help"])).toMatchObject({
      help: expect.stringContaining(`Usage: node host.mjs ${command}`),
    });
  });
});

describe("the variables of a service unit", () => {
  test("are read from their file as they were, by their owner alone", () => {
    const { folder } = configFile("");
    const path = join(folder, "environment");
    const env = { MUSTER_TOKEN: 'a "b" \\c\n$d', MUSTER_URL: "", PATH: "/opt/tools:/bin", HOME: "/home/x" };
    keepVariables(path, env);
    expect(readVariables(path)).toEqual({ MUSTER_TOKEN: env.MUSTER_TOKEN, PATH: env.PATH });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("are none where there is no file, and a wrong line is named", () => {
    const { path } = configFile('A="1"\nB=2\n');
    expect(readVariables(`${path}.not`)).toEqual({});
    expect(() => readVariables(path)).toThrow(`${path}:2: must be NAME="value"`);
  });
});
