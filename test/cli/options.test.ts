import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { completionOf } from "../../src/cli/completion.ts";
import { COMMAND_WORDS, durationIn, readCommandLine } from "../../src/cli/options.ts";
import { table } from "../../src/cli/terminal.ts";

const commands = [...COMMAND_WORDS.keys()];

test.each(commands)("%s --help says how it is used, with each of its options", (command) => {
  const read = readCommandLine([command, "--help"]);
  const help = "help" in read ? read.help : "";
  expect(help).toContain(`Usage: muster ${command}`);
  for (const option of Object.keys(COMMAND_WORDS.get(command)?.options ?? {}))
    expect(help).toContain(`--${option}`);
  const overview = readCommandLine([]);
  expect("help" in overview && overview.help).toContain(`  ${command}`);
});

test.each([
  [["rum"], "there is no command rum; did you mean run?"],
  [["destroy"], "there is no command destroy; muster --help lists them"],
  [["run", "--agnt", "x"], "run has no option --agnt; did you mean --agent?"],
  [["jobs", "-x"], "jobs has no option --x; --help lists its options"],
  [["hosts", "extra"], "Unexpected argument 'extra'"],
  [["run", "--agent"], "argument missing"],
])("%j is refused with what would be right", (args, why) => {
  expect(() => readCommandLine(args)).toThrow(why);
});

test.each([
  ["90s", 90_000],
  ["90", 90_000],
  ["30m", 1_800_000],
  ["2h", 7_200_000],
])("--timeout %s is %d ms", (text, ms) => {
  expect(durationIn({ flags: { timeout: text }, words: [], argv: [] }, "timeout")).toBe(ms);
});

test.each(["0", "0m", "-5s", "1d", "337h", "soon", ""])("--timeout %j is refused", (text) => {
  expect(() => durationIn({ flags: { timeout: text }, words: [], argv: [] }, "timeout")).toThrow(
    "must be a time",
  );
});

test("a table has its columns below each other, and nothing that moves the cursor", () => {
  expect(
    table(
      ["ID", "NAME"],
      [
        ["7", "a \u001b[2Jb"],
        ["1234", "ü\nx"],
      ],
    ),
  ).toEqual(["ID    NAME", "7     a b", "1234  ü x"]);
});

/** What bash would offer for these words. */
const offered = (words: readonly string[]): string[] => {
  const script = `${completionOf("bash")}
COMP_WORDS=(muster ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}
_muster; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split("\n");
};

test("bash completes commands, options and the words of a command", () => {
  expect(offered([""])).toEqual(commands);
  expect(offered(["r"])).toEqual(["run", "restore"]);
  expect(offered(["run", "--j"])).toEqual(["--junit", "--json"]);
  expect(offered(["tokens", ""]).slice(0, 2)).toEqual(["create", "revoke"]);
});

const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

// CI installs both.
test.each(["zsh", "fish"].filter(has))("%s reads its completion without a fault", (shell) => {
  const script = join(mkdtempSync(join(tmpdir(), "muster-completion-")), "script");
  onTestFinished(() => rmSync(dirname(script), { recursive: true }));
  writeFileSync(script, completionOf(shell));
  const { status, stderr } = spawnSync(shell, ["-n", script], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("zsh and fish are given each command and option too", () => {
  for (const shell of ["zsh", "fish"])
    for (const [command, { options }] of COMMAND_WORDS) {
      expect(completionOf(shell)).toContain(command);
      for (const option of Object.keys(options))
        expect(completionOf(shell)).toContain(shell === "zsh" ? `--${option}` : `-l ${option} `);
    }
  expect(() => completionOf("csh")).toThrow("which shell?");
});
