import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Miniflare, type MiniflareOptions } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";
import { parseSettings } from "../../src/settings.ts";

const MIGRATIONS = resolve(import.meta.dirname, "../../drizzle");

/** The bootstrap token of every Worker that the bench runs. */
export const ADMIN_TOKEN = "bootstrap-token-of-the-bench";

const EXPECTED = /^\{"event":"(request|tick_step)"/;

/** Says what should never happen; every request and step of a tick is logged as well. */
const tellUnexpected = (message: string): void => {
  if (!EXPECTED.test(message)) console.error(message);
};

/** The runtime that miniflare would start. */
const workerdPath = (): string =>
  z.object({ default: z.string() }).parse(createRequire(import.meta.resolve("miniflare"))("workerd")).default;

const toldShape = z.object({ message: z.string() });

const MEMORY = "/dev/shm";
/** More than a bench logs. */
const LOG_BYTES = 2 ** 30;

/** A log here takes no disk, if there is room. */
const logPlace = (): string => {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > LOG_BYTES ? MEMORY : tmpdir();
};

/**
 * A runtime that writes what Workers log into a file, in memory. Deployed, nobody reads the log on the machine that
 * serves, and no disk of it takes the log; on this one, either would take a part of the processors that are measured.
 */
const quietRuntime = (under: string) => {
  const place = mkdtempSync(join(tmpdir(), "muster-runtime-"));
  const logs = mkdtempSync(join(logPlace(), "muster-log-"));
  const [path, file] = [join(place, "workerd"), join(logs, "log")];
  writeFileSync(path, `#!/bin/sh\nexec ${under} '${workerdPath()}' "$@" > '${file}'\n`, { mode: 0o755 });
  return {
    path,
    end: async (): Promise<void> => {
      for await (const line of createInterface({ input: createReadStream(file) }))
        tellUnexpected(toldShape.parse(JSON.parse(line)).message);
      for (const each of [place, logs]) rmSync(each, { recursive: true });
    },
  };
};

/** The name of its process, or of what counts its instructions. */
const RUNTIME = /^(workerd$|callgrind)/;

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** A Worker that runs, with a database of its own. */
export interface Running {
  name: string;
  url: URL;
  db: Database;
}

/** A workerd with some Workers in it, each on a port of its own on the loopback. */
export interface Runtime {
  workers: Running[];
  pid: number;
  /** The processor time that the process has taken, in milliseconds. */
  cpuMs: () => number;
  /** Deploys another script of a Worker: objects and sockets end, storage stays. Gives its new address. */
  deploy: (worker: string, script: Script) => Promise<URL>;
  /** Evicts a host's object, as the platform does with an idle one. */
  evict: (worker: string, hostId: number) => Promise<void>;
  stop: () => Promise<void>;
}

/** What wrangler.toml deploys; LOG_QUIET of the environment stands over its own, so that both can be measured. */
const deployed = () => {
  const { compatibility_date, vars } = unstable_readConfig({ config: join(MIGRATIONS, "../wrangler.toml") });
  if (compatibility_date === undefined) throw new Error("wrangler.toml names no compatibility_date");
  const { LOG_QUIET = parseSettings(vars).LOG_QUIET } = process.env;
  return { compatibilityDate: compatibility_date, logQuiet: LOG_QUIET };
};

/** What runs: a module, and those that it imports; and the Worker whose objects, or database, it uses, where they are not its own. */
interface Script {
  script: string;
  objectsOf?: string;
  databaseOf?: string;
  beside?: Record<string, string>;
}

const modulesOf = ({ script, beside = {} }: Script) =>
  Object.fromEntries(
    Object.entries({ "index.js": script, ...beside }).map(([name, contents]) => [
      name,
      { type: "esm" as const, contents },
    ]),
  );

type Config = MiniflareOptions["workers"][number]["config"];
type Results = { env: NonNullable<Config["env"]>; exports: NonNullable<Config["exports"]> };

/** The objects and the bucket of results, and the object of pages, for a script that has them. */
const resultsOf = (name: string, { script }: Script): Results => {
  const has = (exportName: string) => new RegExp(`\\b${exportName}\\b`).test(script);
  const results: Results = {
    env: {
      PROJECT_RESULTS: { type: "durable-object", worker: name, exportName: "ProjectResults" },
      RESULTS: { type: "r2", name: `${name}-results` },
    },
    exports: { ProjectResults: { type: "durable-object", storage: "sqlite" } },
  };
  const pages: Results = {
    env: { LIVE_UPDATES: { type: "durable-object", worker: name, exportName: "LiveUpdates" } },
    exports: { LiveUpdates: { type: "durable-object", storage: "sqlite" } },
  };
  const tokens: Results = {
    env: { TOKEN_HOSTS: { type: "durable-object", worker: name, exportName: "TokenHosts" } },
    exports: { TokenHosts: { type: "durable-object", storage: "sqlite" } },
  };
  const parts = [
    ...(has("ProjectResults") ? [results] : []),
    ...(has("LiveUpdates") ? [pages] : []),
    ...(has("TokenHosts") ? [tokens] : []),
  ];
  return {
    env: Object.assign({}, ...parts.map(({ env }) => env)),
    exports: Object.assign({}, ...parts.map((part) => part.exports)),
  };
};

const optionsOf = (
  name: string,
  { compatibilityDate, logQuiet }: ReturnType<typeof deployed>,
  script: Script,
): MiniflareOptions["workers"][number] => ({
  config: {
    name,
    compatibilityDate,
    compatibilityFlags: ["nodejs_compat"],
    manifest: { mainModule: "index.js", modules: modulesOf(script) },
    env: {
      DB: { type: "d1", id: script.databaseOf ?? name },
      HOST: { type: "durable-object", worker: script.objectsOf ?? name, exportName: "HostObject" },
      ADMIN_TOKEN: { type: "text", value: ADMIN_TOKEN },
      // The load comes from one place, as no client's does.
      RATE_LIMITS: { type: "text", value: "off" },
      LOG_QUIET: { type: "text", value: logQuiet },
      ...resultsOf(name, script).env,
    },
    exports: {
      HostObject: { type: "durable-object", storage: "sqlite" },
      ...resultsOf(name, script).exports,
    },
  },
  dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
});

/** Starts Workers in one workerd, without a proxy before them; `under` is a command that runs it. */
export const startWorkers = async (scripts: Record<string, Script>, under = ""): Promise<Runtime> => {
  const before = new Set(children());
  const settings = deployed();
  const runtime = quietRuntime(under);
  process.env.MINIFLARE_WORKERD_PATH = runtime.path;
  const running = (each: Record<string, Script>): MiniflareOptions => ({
    handleStructuredLogs: ({ message }) => tellUnexpected(message),
    workers: Object.entries(each).map(([name, script]) => optionsOf(name, settings, script)),
  });
  const miniflare = new Miniflare(running(scripts));
  await miniflare.ready;
  const [pid, ...others] = children().filter((child) => !before.has(child) && RUNTIME.test(commandOf(child)));
  if (pid === undefined || others.length > 0) throw new Error("not one workerd was started");
  const workers = await Promise.all(
    Object.keys(scripts).map(async (name) => ({
      name,
      url: await miniflare.unsafeGetDirectURL(name),
      db: await miniflare.getD1Database("DB", name),
    })),
  );
  return {
    workers,
    pid,
    cpuMs: () => cpuMsOf(pid),
    deploy: async (worker, script) => {
      await miniflare.setOptions(running({ ...scripts, [worker]: script }));
      return miniflare.unsafeGetDirectURL(worker);
    },
    evict: async (worker, hostId) => {
      try {
        await miniflare.unsafeEvictDurableObject(worker, "HostObject", { name: String(hostId) });
      } catch (error) {
        if (!(error instanceof Error && error.message.includes("not currently running"))) throw error;
      }
    },
    stop: async () => {
      await miniflare.dispose();
      await runtime.end();
    },
  };
};

/** Makes the tables as a deployment does, of this tree or by the migrations of another. */
export const migrate = async (db: Database, migrations: string = MIGRATIONS): Promise<void> => {
  for (const file of readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    const statements = readFileSync(join(migrations, file), "utf8").split("--> statement-breakpoint");
    await db.batch(statements.map((statement) => db.prepare(statement)));
  }
};

const children = (): number[] =>
  readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8")
      .split(" ")
      .filter((pid) => pid !== "")
      .map(Number),
  );

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();

/** The time that all threads of a process ran, in milliseconds. */
const cpuMsOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    const path = `/proc/${pid}/task/${thread}/schedstat`;
    const [nanoseconds = "0"] = existsSync(path) ? readFileSync(path, "utf8").split(" ") : [];
    return sum + Number(nanoseconds) / 1e6;
  }, 0);
