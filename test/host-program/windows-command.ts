/// <reference types="node" />
/*
 * Starts a command as the program does on Windows, and prints what it says. Arguments: the command and its arguments.
 * `comspec` names what stands for cmd.exe.
 */
Object.defineProperty(process, "platform", { value: "win32" });
const { Child } = await import("../../src/host-program/child.ts");
const { exit } = new Child({
  command: process.argv.slice(2),
  ...{ shell: false, directory: process.cwd(), env: process.env },
  onOutput: (_, data) => void process.stdout.write(data),
});
await exit;

export {};
