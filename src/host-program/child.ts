import { type ChildProcess, execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import spawn from "cross-spawn";
import { codeOf, reasonOf } from "../programs/plain-error.ts";
import type { OutputStream } from "./output.ts";

export interface Start {
  command: readonly string[];
  /** One line for the platform's shell. */
  shell: boolean;
  directory: string;
  env: Readonly<Record<string, string | undefined>>;
  onOutput: (stream: OutputStream, data: Buffer) => void;
}

export interface Exit {
  /** Null if a signal ended it, or it did not start. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it did not start. */
  notStarted: string | null;
}

/** How long to wait for the pipes after the process ended: one of its children may hold them open. */
const PIPES_MS = 500;

const whyNotStarted = ({ command, directory }: Start, error: unknown): string => {
  const [program = ""] = command;
  if (codeOf(error) === "ENOENT") return `${program} is not found, or the folder ${directory} is not there`;
  if (codeOf(error) === "E2BIG")
    return `${program} can't be started: the names of its tests are too many for a command line; schedule fewer at once, or let the command read {tests_file}`;
  return `${program} can't be started: ${reasonOf(error)}`;
};

/** A cast for spawn: the service's types declare another `ProcessEnv`. */
const variablesOf = (env: Start["env"]): NodeJS.ProcessEnv => ({ ...env }) as NodeJS.ProcessEnv;

/** A command in its own process group. */
export class Child {
  /** Resolves when the process has ended and its output is read. */
  readonly exit: Promise<Exit>;
  readonly #process: ChildProcess | undefined;
  #ended = false;

  constructor(start: Start) {
    const { command, shell, directory, env, onOutput } = start;
    const [program = "", ...args] = command;
    const isWindows = process.platform === "win32";
    let child: ChildProcess;
    try {
      child = spawn(program, shell ? [] : args, {
        cwd: directory,
        env: variablesOf(env),
        detached: !isWindows,
        // Without one, npx and the like, which are scripts on Windows, are given each argument as it is.
        shell,
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
    } catch (error) {
      this.#ended = true;
      this.exit = Promise.resolve({ code: null, signal: null, notStarted: whyNotStarted(start, error) });
      return;
    }
    this.#process = child;
    child.stdout?.on("data", (data: Buffer) => onOutput("stdout", data));
    child.stderr?.on("data", (data: Buffer) => onOutput("stderr", data));
    this.exit = new Promise((resolve) => {
      child.once("error", (error) => {
        if (child.pid !== undefined) return;
        this.#ended = true;
        resolve({ code: null, signal: null, notStarted: whyNotStarted(start, error) });
      });
      child.once("exit", (code, signal) => {
        this.#ended = true;
        const closed = new Promise((done) => child.once("close", done));
        void Promise.race([closed, sleep(PIPES_MS)]).then(() => resolve({ code, signal, notStarted: null }));
      });
    });
  }

  /** The process id, which is its group's too; undefined if it did not start. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Sends SIGTERM to the group, and SIGKILL after `seconds`. The sweep kills what left the group. */
  async stop(seconds: number): Promise<void> {
    if (this.#ended) return;
    this.#signal("SIGTERM");
    const waited = new AbortController();
    await Promise.race([
      this.exit,
      sleep(seconds * 1000, undefined, { signal: waited.signal }).catch(() => undefined),
    ]);
    waited.abort();
    if (!this.#ended) this.#signal("SIGKILL");
  }

  /** Closes the pipes that other processes hold open. */
  release(): void {
    this.#process?.stdout?.destroy();
    this.#process?.stderr?.destroy();
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (pid === undefined) return;
    if (process.platform === "win32") {
      // Windows has no groups: taskkill ends the tree, the second time by force.
      execFile(
        "taskkill",
        ["/T", ...(signal === "SIGKILL" ? ["/F"] : []), "/PID", String(pid)],
        () => undefined,
      );
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended.
    }
  }
}
