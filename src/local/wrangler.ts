import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { ROOT } from "./options.ts";

/** Stands in the environment of all that is started here, by which it is known when its parents are gone. */
const MARK = `MUSTER_STARTED_BY=${randomUUID()}`;

/** What both of wrangler's commands are told by the environment: no network but the loopback, nothing said of us. */
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

/** Starts wrangler in our own process group, with no input. Each line that it says goes to `hear`. */
const run = (args: string[], environment: NodeJS.ProcessEnv, hear: (line: string) => void): ChildProcess => {
  const child = spawn(process.execPath, ["--no-warnings", CLI, ...args], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", hear);
  return child;
};

/** Applies the migrations that the database in `stateDir` lacks. */
export const migrate = (stateDir: string, hear: (line: string) => void): ChildProcess =>
  run(["d1", "migrations", "apply", "DB", "--local", "--persist-to", stateDir], quiet(stateDir), hear);

export interface Serving {
  stateDir: string;
  port: number;
  adminToken: string;
  /** Settings by their own names. */
  settings: Record<string, string>;
}

/**
 * Serves the Worker. The token goes by the environment, where only its owner can read it, and an empty env file
 * takes the place of `.dev.vars`, so that the file never wins over it. Settings are no secrets: wrangler passes
 * nothing but what `wrangler.toml` names unless it is given as an argument.
 */
export const serve = (
  { stateDir, port, adminToken, settings }: Serving,
  hear: (line: string) => void,
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
    hear,
  );

/** Ends what wrangler started and left behind: killed outright, it can't end its runtime. */
export const sweepLeftovers = (): void => {
  for (const pid of processes()) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(MARK))
        process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself, or is somebody else's.
    }
  }
};

const processes = (): number[] => {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    // Not Linux: nothing to look through.
    return [];
  }
};
