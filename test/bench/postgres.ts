import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT_OF_DEBIAN = "/usr/lib/postgresql";
/** PostgreSQL does not run as root: then it runs as nobody. */
const NOBODY = 65_534;

/** Where Debian has PostgreSQL; undefined where it is not installed. */
export const postgresBin = (): string | undefined => {
  if (!existsSync(ROOT_OF_DEBIAN)) return undefined;
  const version = readdirSync(ROOT_OF_DEBIAN).sort().at(-1);
  return version === undefined ? undefined : join(ROOT_OF_DEBIAN, version, "bin");
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode === null) child.once("exit", () => resolve());
    else resolve();
  });

/** Starts a PostgreSQL of its own, with its usual durability, that listens at a socket in `place` or else where `options` say. */
const startPostgres = async (
  bin: string,
  options: readonly string[],
): Promise<{ place: string; stop: () => Promise<void> }> => {
  const place = mkdtempSync(join(tmpdir(), "muster-postgres-"));
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ("uid" in asNobody) chownSync(place, NOBODY, NOBODY);
  chmodSync(place, 0o700);
  const data = join(place, "data");
  execFileSync(join(bin, "initdb"), ["-D", data, "-A", "trust", "-U", "postgres"], {
    ...asNobody,
    stdio: "ignore",
  });
  const database = spawn(join(bin, "postgres"), ["-D", data, "-k", place, ...options], {
    ...asNobody,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    database.once("exit", () => reject(new Error("PostgreSQL ended")));
    createInterface({ input: database.stderr }).on("line", (line) => {
      if (line.includes("ready to accept connections")) resolve();
    });
  });
  return {
    place,
    stop: async () => {
      database.kill("SIGINT");
      await ended(database);
      rmSync(place, { recursive: true, force: true });
    },
  };
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Starts a PostgreSQL with its default settings on a port of 127.0.0.1. */
export const startPostgresOnPort = async (
  bin: string,
): Promise<{ port: number; stop: () => Promise<void> }> => {
  const port = await freePort();
  const { stop } = await startPostgres(bin, ["-c", "listen_addresses=127.0.0.1", "-p", String(port)]);
  return { port, stop };
};

/** Starts a PostgreSQL and the server over it. Gives the server's address. */
export const startListenNotify = async (bin: string): Promise<{ url: URL; stop: () => Promise<void> }> => {
  const database = await startPostgres(bin, ["-c", "listen_addresses="]);
  const env = { ...process.env, PGHOST: database.place, PGUSER: "postgres" };
  const server = spawn(process.execPath, [join(import.meta.dirname, "listen-notify.ts")], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    server.once("exit", () => reject(new Error("the server beside PostgreSQL ended")));
    createInterface({ input: server.stdout }).once("line", resolve);
  });
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    stop: async () => {
      server.kill("SIGTERM");
      await ended(server);
      await database.stop();
    },
  };
};
