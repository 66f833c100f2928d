import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const KEPT = ["package.json", "tsconfig.json", "wrangler.toml", "src", "drizzle"];

/** Cleared unless a test sets them: a developer's settings must not reach the scripts. */
const CLEARED = {
  ADMIN_TOKEN: "",
  BASE_URL: "",
  LEASE_SECONDS: "",
  LOG_QUIET: "",
  PORT: "",
  STATE_DIR: "",
  WINDOW_SECONDS: "",
};

/** Whether no process of the group lives; one that is dead and not yet reaped by its parent does not count. */
const isOver = (group: number): boolean =>
  !execFileSync("ps", ["-A", "-o", "pgid=,stat="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .some(([pgid, state]) => Number(pgid) === group && !state?.startsWith("Z"));

/** Polls until `condition` holds; fails after `seconds`, and says what it waited for. */
export const until = async (what: string, condition: () => unknown, seconds = 110): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
    if (await condition()) return;
  }
  throw new Error(`waited ${seconds} s in vain until ${what}`);
};

export const freePort = (): Promise<number> =>
  new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => found(typeof address === "object" && address ? address.port : 0));
    });
  });

/** The command that runs a script of package.json. */
export const npmRun = (args: readonly string[]): string[] => ["npm", "run", "--silent", ...args];

/** A command that runs, with all the processes that it started, in a process group of its own. */
export class Run {
  output = "";
  code: number | null | undefined;
  readonly #child: ChildProcess;
  readonly pid: number;

  constructor(
    directory: string,
    [program = "", ...args]: readonly string[],
    variables: Record<string, string>,
  ) {
    this.#child = spawn(program, args, {
      cwd: directory,
      detached: true,
      env: Object.assign({}, process.env, CLEARED, variables),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = this.#child.pid ?? 0;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    this.#child.on("close", (code) => {
      this.code = code;
    });
  }

  /** Waits until the output holds `text`; fails at once where the command ended without it. */
  async says(text: string, seconds?: number): Promise<void> {
    await until(
      `it says ${JSON.stringify(text)}`,
      () => {
        if (this.output.includes(text)) return true;
        if (this.code !== undefined) throw new Error(`it ended with ${this.code} and said:\n${this.output}`);
        return false;
      },
      seconds,
    );
  }

  /** Waits until a started server is ready. A new database takes each migration in turn, which is slow on a busy machine. */
  isReady(): Promise<void> {
    return this.says("Muster is ready", 400);
  }

  /** The exit code, once the command has ended by itself. */
  async ends(): Promise<number | null> {
    await until("the command ends", () => this.code !== undefined);
    return this.code ?? null;
  }

  /** As Ctrl-C or an outright kill would: every process of the group gets the signal. */
  signalGroup(signal: NodeJS.Signals): void {
    if (!isOver(this.pid)) process.kill(-this.pid, signal);
  }

  /** Waits until no process of the group is left; fails if one stays. */
  async groupEnds(): Promise<void> {
    await until("no process of the group is left", () => isOver(this.pid), 30);
  }
}

/** A clone of the sources with no `.dev.vars`, no database and the same packages: what a new user starts from. */
export class Checkout {
  readonly directory = mkdtempSync(join(tmpdir(), "muster-"));
  readonly #runs: Run[] = [];

  constructor() {
    for (const name of KEPT) cpSync(name, join(this.directory, name), { recursive: true });
    symlinkSync(join(process.cwd(), "node_modules"), join(this.directory, "node_modules"));
  }

  path = (name: string): string => join(this.directory, name);

  read = (name: string): string => readFileSync(this.path(name), "utf8");

  #start(command: readonly string[], variables: Record<string, string>): Run {
    const run = new Run(this.directory, command, variables);
    this.#runs.push(run);
    return run;
  }

  /** Runs an npm script here. */
  run(args: string[], variables: Record<string, string> = {}): Run {
    return this.#start(npmRun(args), variables);
  }

  /** Runs the program of an npm script here to its end, without npm, which takes longer to start than the program. */
  async finish(
    [script, ...args]: string[],
    variables: Record<string, string> = {},
  ): Promise<{ code: number | null; output: string }> {
    const run = this.#start([process.execPath, `src/local/${script}.ts`, ...args], variables);
    return { code: await run.ends(), output: run.output };
  }

  /** Runs an npm script here to its end. */
  async finishByNpm(args: string[]): Promise<{ code: number | null; output: string }> {
    const run = this.run(args);
    return { code: await run.ends(), output: run.output };
  }

  /** Leaves nothing behind, whatever a test did. */
  async discard(): Promise<void> {
    for (const run of this.#runs) {
      run.signalGroup("SIGKILL");
      await run.groupEnds();
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
