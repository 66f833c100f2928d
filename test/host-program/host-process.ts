import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { until } from "../local/checkout.ts";
import { makeProject, makeToken, service } from "./service.ts";

const PROGRAM = join(process.cwd(), "src/console/public/host.mjs");

/** The oldest Node that the program promises to run on, where the system has it. */
const NODE = existsSync("/usr/bin/node") ? "/usr/bin/node" : process.execPath;

/** What is no test's own to give. */
const CLEARED = { MUSTER_URL: "", MUSTER_PROJECT: "", MUSTER_CONFIG: "", MUSTER_TOKEN: "", MUSTER_STATE: "" };

const run = promisify(execFile);

type Event = Record<string, unknown> & { event: string };

const isEvent = (value: unknown): value is Event =>
  typeof value === "object" && value !== null && "event" in value;

/** The program as a process, with what it says; killed when the test is over, whatever became of it. */
export class HostProcess {
  readonly events: Event[] = [];
  output = "";
  code: number | null | undefined;
  readonly #child: ChildProcess;

  constructor(
    args: readonly string[],
    { env, directory, program }: { env: Record<string, string>; directory: string; program: string },
  ) {
    this.#child = spawn(NODE, [program, ...args], {
      cwd: directory,
      env: { ...process.env, ...CLEARED, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => this.#hear(line));
    }
    this.#child.on("close", (code) => {
      this.code = code;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for an event that fits; fails at once where the program ended without it. */
  async emits(name: string, fits: (event: Event) => boolean = () => true, seconds = 60): Promise<Event> {
    let found: Event | undefined;
    await until(
      `it emits ${name}`,
      () => {
        found = this.events.find((each) => each.event === name && fits(each));
        if (!found && this.code !== undefined) throw new Error(`it ended with ${this.code}:\n${this.output}`);
        return found;
      },
      seconds,
    );
    if (!found) throw new Error("unreachable");
    return found;
  }

  /** The exit code, once it has ended by itself. */
  async ends(): Promise<number | null> {
    await until("the program ends", () => this.code !== undefined, 60);
    return this.code ?? null;
  }

  #hear(line: string): void {
    this.output += `${line}\n`;
    if (!line.startsWith("{")) return;
    try {
      const event: unknown = JSON.parse(line);
      if (isEvent(event)) this.events.push(event);
    } catch {
      // Not an event.
    }
  }
}

export type OnFinished = (done: () => Promise<void>) => void;

/** A machine of one test: folders of its own, a token, and the program in it. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), "muster-machine-"));
  readonly state = join(this.folder, "state");
  project = 0;
  token = "";
  address = service.address;
  readonly #program: string;
  readonly #processes: HostProcess[] = [];

  constructor(program: string) {
    this.#program = resolve(program);
  }

  /** Gone when the test is over: tests run beside each other, so each says itself when that is. */
  static async make(onTestFinished: OnFinished, program = PROGRAM): Promise<Machine> {
    const machine = new Machine(program);
    machine.project = await makeProject();
    machine.token = (await makeToken()).token;
    onTestFinished(() => machine.discard());
    return machine;
  }

  read = (name: string): string => readFileSync(this.path(name), "utf8");

  path = (...names: string[]): string => join(this.folder, ...names);

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** Writes the configuration: one agent of command and its folder here, unless said otherwise. */
  configure(agent: object, host: object = {}): void {
    const usual = { name: "tests", project: this.project, directory: ".", stop_seconds: 1 };
    const agents = [agent].flat().map((each) => ({ ...usual, ...each }));
    const config = {
      url: this.address,
      poll_seconds: 0.2,
      lease_seconds: 30,
      retry_seconds: 0.05,
      timeout_seconds: 15,
      free_disk: "1MB",
      agents,
      ...host,
    };
    this.write("muster-host.yaml", stringify(config));
  }

  start(args: readonly string[], env: Record<string, string> = {}): HostProcess {
    const host = new HostProcess(args, {
      env: { ...this.#own(), ...env },
      directory: this.folder,
      program: this.#program,
    });
    this.#processes.push(host);
    return host;
  }

  /** Runs the program on a terminal to its end. Gives what it wrote there; undefined where `script` is not installed. */
  async inTerminal(args: readonly string[], env: Record<string, string> = {}): Promise<string | undefined> {
    try {
      const { stdout } = await run(
        "script",
        ["-qec", [NODE, this.#program, ...args].join(" "), "/dev/null"],
        {
          cwd: this.folder,
          env: { ...process.env, ...CLEARED, TERM: "xterm", ...this.#own(), ...env },
        },
      );
      return stdout;
    } catch (error) {
      if (Reflect.get(Object(error), "code") === "ENOENT") return undefined;
      throw error;
    }
  }

  #own = (): Record<string, string> => ({ MUSTER_TOKEN: this.token, MUSTER_STATE: this.state });

  /** The environment of a program that takes this machine's clock to be so much earlier than it is. */
  clockBehind(ms: number): Record<string, string> {
    const script = this.write("behind.mjs", `const real = Date.now; Date.now = () => real() - ${ms};`);
    return { NODE_OPTIONS: `--import=${script}` };
  }

  /** Starts the host and waits until it is ready. Gives it with its id. */
  async run(
    args: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<{ host: HostProcess; id: number }> {
    const host = this.start(["run", "--json", ...args], env);
    const { host: id } = await host.emits("started");
    return { host, id: Number(id) };
  }

  async discard(): Promise<void> {
    for (const host of this.#processes) {
      host.signal("SIGKILL");
      await host.ends();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
