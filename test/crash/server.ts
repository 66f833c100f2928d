import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");
const READY_MS = 120_000;
const KEPT_LINES = 60;

/** Resolves with whether nobody listens on `port`; 0 asks for any, and gives it. */
const bind = (port: number): Promise<number | undefined> =>
  new Promise((bound) => {
    const probe = createServer();
    probe.on("error", () => bound(undefined));
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      const given = typeof address === "object" && address !== null ? address.port : port;
      probe.close(() => bound(given));
    });
  });

export const freePort = async (): Promise<number> => (await bind(0)) ?? freePort();

/** The local server as `npm start` runs it, in a process group of its own, which can be killed as a whole. */
export class Server {
  readonly baseUrl: string;
  /** What it said last, for whoever looks for the reason of a failure. */
  readonly said: string[] = [];
  /** Events of it that must never happen. */
  readonly bugs: string[] = [];
  readonly #port: number;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(port: number, environment: Record<string, string>) {
    this.#port = port;
    this.baseUrl = `http://127.0.0.1:${port}`;
    this.#environment = { ...environment, PORT: String(port) };
  }

  /** Starts it; `ready` waits until it answers. */
  start(): void {
    const child = spawn(process.execPath, ["src/local/start.ts"], {
      cwd: ROOT,
      env: { ...process.env, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.#hear(line));
    }
    this.#child = child;
  }

  async ready(): Promise<void> {
    for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(50)) {
      if (this.#child?.exitCode !== null) break;
      try {
        const { ok } = await fetch(`${this.baseUrl}/health`, { signal: AbortSignal.timeout(10_000) });
        if (ok) return;
      } catch {
        // Not yet.
      }
    }
    throw new Error(`the server did not come up:\n${this.said.join("\n")}`);
  }

  /** Kills the whole group outright and waits until nothing of it is left and its port is free. */
  async kill(): Promise<void> {
    const group = this.#child?.pid;
    if (group === undefined) return;
    this.killNow();
    for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) {
      if (!isAlive(group) && (await bind(this.#port)) !== undefined) {
        this.#child = undefined;
        return;
      }
    }
    throw new Error(`process group ${group} or its port ${this.#port} outlived a SIGKILL`);
  }

  /** The same without waiting, for the last moment of this process. */
  killNow(): void {
    const group = this.#child?.pid;
    if (group === undefined) return;
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // It has ended.
    }
  }

  #hear(line: string): void {
    if (line.includes('"event":"bug"')) this.bugs.push(line);
    this.said.push(line);
    if (this.said.length > KEPT_LINES) this.said.shift();
  }
}

const isAlive = (group: number): boolean => {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
};
