import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programPath } from "../../src/local/bundle-programs.ts";
import { until } from "../local/checkout.ts";

/** The oldest Node that the program promises to run on, where the system has it. */
const NODE = existsSync("/usr/bin/node") ? "/usr/bin/node" : process.execPath;

/** What is no test's own to give. */
const CLEARED = {
  ...{ MUSTER_URL: "", MUSTER_TOKEN: "", MUSTER_PROJECT: "", MUSTER_STATE: "", NODE_OPTIONS: "" },
  ...{ GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "", GITHUB_WORKFLOW: "" },
};

/** The command line as a process, or a shell that runs it. */
export class CliProcess {
  stdout = "";
  stderr = "";
  code: number | null | undefined;
  readonly #child: ChildProcess;

  constructor(
    [program = "", ...args]: readonly string[],
    { env, folder, input }: { env: Record<string, string>; folder: string; input: string },
  ) {
    this.#child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, ...CLEARED, ...env },
      stdio: "pipe",
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.#child.stdin?.on("error", () => undefined).end(input);
    this.#child.on("close", (code) => {
      this.code = code;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until either output fits; fails at once where the process ended without it. */
  async says(wanted: RegExp, seconds = 100): Promise<string> {
    let found: string | undefined;
    await until(
      `it says ${wanted}`,
      () => {
        const text = `${this.stdout}\n${this.stderr}`;
        found = wanted.exec(text)?.[0];
        if (found === undefined && this.code !== undefined)
          throw new Error(`it ended with ${this.code} and said:\n${text}`);
        return found;
      },
      seconds,
    );
    return found ?? "";
  }

  /** The exit code, once it has ended by itself. */
  async ends(seconds = 110): Promise<number | null> {
    await until("the process ends", () => this.code !== undefined, seconds);
    return this.code ?? null;
  }
}

export type OnFinished = (done: () => Promise<void>) => void;

/** A user's machine with the command line, gone when the test is over. */
export class UserMachine {
  readonly folder = mkdtempSync(join(tmpdir(), "muster-cli-"));
  readonly env: Record<string, string>;
  readonly #processes: CliProcess[] = [];

  constructor(finished: OnFinished, env: Record<string, string> = {}) {
    this.env = { MUSTER_STATE: join(this.folder, "state"), ...env };
    finished(async () => {
      for (const each of this.#processes) {
        each.signal("SIGKILL");
        await each.ends();
      }
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  path = (name: string): string => join(this.folder, name);
  read = (name: string): string => readFileSync(this.path(name), "utf8");

  #begin(command: readonly string[], { env = {}, input = "" }: Given): CliProcess {
    const begun = new CliProcess(command, { env: { ...this.env, ...env }, folder: this.folder, input });
    this.#processes.push(begun);
    return begun;
  }

  start(args: readonly string[], given: Given = {}): CliProcess {
    return this.#begin([NODE, programPath("cli.mjs"), ...args], given);
  }

  /** Runs the program to its end. */
  async muster(args: readonly string[], given: Given = {}): Promise<CliProcess> {
    const begun = this.start(args, given);
    await begun.ends();
    return begun;
  }

  /** Runs lines of a shell to their end, which fail at the first that fails. */
  async shell(lines: string, given: Given = {}): Promise<CliProcess> {
    const begun = this.#begin(["bash", "-euo", "pipefail", "-c", lines], given);
    await begun.ends(120);
    return begun;
  }
}

interface Given {
  env?: Record<string, string>;
  /** What it reads from standard input. */
  input?: string;
}
