import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { ROOT } from "./options.ts";

/** An environment variable of every process started here, which identifies orphans. */
const MARK = `MUSTER_STARTED_BY=${randomUUID()}`;

/** The environment of both wrangler commands: no network except the loopback, no telemetry. */
const quiet = (stateDir: string): NodeJS.ProcessEnv => {
  // A named environment of wrangler.toml would be another Worker.
  const { CLOUDFLARE_ENV: _, ...environment } = process.env;
  return {
    ...environment,
    CI: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "true",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_WRITE_LOGS: "false",
    ...parseEnv(MARK),
  };
};

const CLI = fileURLToPath(import.meta.resolve("wrangler"));

/** Starts wrangler in this process group without input. `onLine` receives each line. */
const run = (
  args: string[],
  environment: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): ChildProcess => {
  const child = spawn(process.execPath, ["--no-warnings", CLI, ...args], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
  return child;
};

/** Applies the pending migrations of the database in `stateDir`. */
export const migrate = (stateDir: string, onLine: (line: string) => void): ChildProcess =>
  run(["d1", "migrations", "apply", "DB", "--local", "--persist-to", stateDir], quiet(stateDir), onLine);

export interface Serving {
  stateDir: string;
  port: number;
  adminToken: string;
  /** Settings by name. */
  settings: Record<string, string>;
}

/**
 * Serves the Worker. The token is passed in the environment, which only its owner can read. An empty env file replaces
 * `.dev.vars`, so that the file never overrides the token. Settings are not secret: wrangler passes variables beyond
 * those of `wrangler.toml` only as arguments.
 */
export const serve = (
  { stateDir, port, adminToken, settings }: Serving,
  onLine: (line: string) => void,
): ChildProcess =>
  run(
    [
      "dev",
      ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      ...["--persist-to", stateDir, "--env-file", "/dev/null"],
      ...["--show-interactive-dev-session", "false"],
      ...Object.entries(settings).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    { ...quiet(stateDir), ADMIN_TOKEN: adminToken },
    onLine,
  );

/** Kills processes that wrangler left behind: a killed wrangler cannot end its runtime. */
export const killLeftovers = (): void => {
  for (const pid of processes()) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(MARK))
        process.kill(pid, "SIGKILL");
    } catch {
      // It has ended, or belongs to another user.
    }
  }
};

const processes = (): number[] => {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    // Not Linux: there is no /proc.
    return [];
  }
};
