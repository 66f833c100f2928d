import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Child } from "../../src/host-program/child.ts";

test("a command is run without a shell unless one is asked for", async () => {
  const saidOf = async (command: string[], shell: boolean): Promise<string> => {
    let said = "";
    const onOutput = (_: string, data: Buffer) => {
      said += data;
    };
    await new Child({
      command,
      shell,
      directory: tmpdir(),
      env: { PATH: process.env.PATH, A: "1" },
      onOutput,
    }).exit;
    return said;
  };
  expect(await saidOf(["printf", "%s", "$A; `id` *"], false)).toBe("$A; `id` *");
  expect(await saidOf(["printf %s $A"], true)).toBe("1");
});

test("a command whose arguments are too long for the system says what would be right", async () => {
  const command = ["true", "x".repeat(200_000)];
  const child = new Child({
    command,
    shell: false,
    directory: tmpdir(),
    env: process.env,
    onOutput: () => undefined,
  });
  expect((await child.exit).notStarted).toMatch(/too many for a command line; schedule fewer at once/);
});

test("on Windows the shell that runs scripts such as npx takes each argument literally", () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-child-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const comspec = join(folder, "cmd.exe");
  writeFileSync(comspec, '#!/bin/sh\nshift 3\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  writeFileSync(join(folder, "npx.cmd"), "");
  const script = join(import.meta.dirname, "windows-command.ts");
  const said = execFileSync(process.execPath, [script, "npx", "-t", `^costs $5 & "q" %PATH%|y$`], {
    cwd: folder,
    env: { ...process.env, comspec, PATHEXT: ".CMD", PATH: folder },
    encoding: "utf8",
  });
  expect(said).toBe(`"npx ^"-t^" ^"^^costs^ $5^ ^&^ \\^"q\\^"^ ^%PATH^%^|y$^""\n`);
});
