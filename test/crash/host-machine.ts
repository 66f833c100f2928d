import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const PROGRAM = resolve(import.meta.dirname, "../../src/console/public/host.mjs");

const reportedShape = z.object({
  event: z.literal("reported"),
  job: z.int(),
  attempt: z.int(),
  status: z.string(),
});
const startedShape = z.object({ event: z.literal("started"), host: z.int() });

/** The reports of a host that the service has answered. */
export type Reported = z.output<typeof reportedShape>;

/** A machine with the host program on it, which can be killed and started again over the same state. */
export class HostMachine {
  readonly reported: Reported[] = [];
  /** Events of it that must never happen. */
  readonly bugs: string[] = [];
  readonly last: string[] = [];
  hostId: number | undefined;
  readonly #folder: string;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(folder: string, environment: Record<string, string>, config: string) {
    this.#folder = folder;
    this.#environment = environment;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "muster-host.yaml"), config);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  start(): void {
    const child = spawn(process.execPath, [PROGRAM, "run", "--json"], {
      cwd: this.#folder,
      env: { ...process.env, MUSTER_STATE: join(this.#folder, "state"), ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.#hear(line));
    }
    this.#child = child;
  }

  /** Ends it by this signal, and waits until it is gone. Gives its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    child.kill(signal);
    await ended;
    return child.exitCode;
  }

  #hear(line: string): void {
    this.last.push(line);
    if (this.last.length > 20) this.last.shift();
    if (line.includes("this is a mistake of the program")) this.bugs.push(line);
    if (!line.startsWith("{")) return;
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch {
      // The host was killed in the middle of a line.
      return;
    }
    const reported = reportedShape.safeParse(event).data;
    if (reported) this.reported.push(reported);
    this.hostId = startedShape.safeParse(event).data?.host ?? this.hostId;
  }
}
