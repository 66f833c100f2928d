import { type ChildProcess, execFile, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { OutputStream } from "./output.ts";
import { codeOf, reasonOf } from "./plain-error.ts";

export interface Start {
  command: readonly string[];
  /** One line for the platform's shell. */
  shell: boolean;
  directory: string;
  env: Readonly<Record<string, string | undefined>>;
  onOutput: (stream: OutputStream, data: Buffer) => void;
}

export interface Exit {
  /** Null where a signal ended it, or where it did not start. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it did not start. */
  notStarted: string | null;
}

/** How long a pipe may stay open when its process has ended: another one that it started holds it. */
const PIPES_MS = 500;

const whyNotStarted = ({ command, directory }: Start, error: unknown): string => {
  const [program = ""] = command;
  if (codeOf(error) === "ENOENT") return `${program} is not found, or the folder ${directory} is not there`;
  return `${program} can't be started: ${reasonOf(error)}`;
};

/** What spawn takes; a type of the service's own environment stands in its way. */
const variablesOf = (env: Start["env"]): NodeJS.ProcessEnv => ({ ...env }) as NodeJS.ProcessEnv;

/** A command in a process group of its own. */
export class Child {
  /** Resolves when the process has ended and what it said is read. */
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
        // npx and its like are scripts there.
        shell: shell || (isWindows && !/\.(exe|com)$/i.test(program)),
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

  /** The id of the process and of its group; undefined where it did not start. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Asks the whole group to end, and makes it after so long. What left the group is for the sweep. */
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

  /** Lets go of the pipes that others hold open. */
  release(): void {
    this.#process?.stdout?.destroy();
    this.#process?.stderr?.destroy();
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (pid === undefined) return;
    if (process.platform === "win32") {
      // A group is no thing there: the tree is ended, by force the second time.
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
