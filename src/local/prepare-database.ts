import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseSettings, settingsSchema } from "../settings.ts";
import { DEV_VARS, Plain, readDevVars, reasonOf, shown, type Variables } from "./options.ts";

/** The Worker refuses a shorter one, and a header cannot carry other characters. */
const ADMIN_TOKEN = /^[\x21-\x7e][\x20-\x7e]{14,}[\x21-\x7e]$/;

/**
 * The given settings as text, by name. By default requests are not limited and are logged as one line. `windowMs` is
 * the one setting that this script needs.
 */
export const settingsIn = (variables: Variables): { settings: Record<string, string>; windowMs: number } => {
  const settings: Record<string, string> = { RATE_LIMITS: "off", LOG_QUIET: "on" };
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = variables[name];
    if (value !== undefined) settings[name] = value;
  }
  try {
    return { settings, windowMs: parseSettings(settings).WINDOW_SECONDS * 1000 };
  } catch (error) {
    throw new Plain(reasonOf(error));
  }
};

export const refusePortInUse = (port: number): Promise<void> =>
  new Promise((free, taken) => {
    const probe = createServer();
    probe.on("error", (error) => {
      const inUse = Reflect.get(error, "code") === "EADDRINUSE";
      taken(
        new Plain(
          inUse
            ? `port ${port} is in use; stop what listens there, or choose another: PORT=${port + 1} npm start`
            : `port ${port} can't be listened on: ${error.message}`,
        ),
      );
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => free()));
  });

/** Creates the directory of the local database. Throws if it is not writable. */
export const makeStateDir = (stateDir: string): void => {
  const probe = join(stateDir, "probe");
  try {
    mkdirSync(stateDir, { recursive: true });
    try {
      // As large as the first start's writes, so that a full disk is reported here and not by a broken database.
      writeFileSync(probe, Buffer.alloc(1024 * 1024));
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw new Plain(`STATE_DIR ${shown(stateDir)} can't be written: ${reasonOf(error)}`);
  }
};

/** Refuses an admin token that the Worker would not take. */
export const refuseBadToken = (token: string): void => {
  if (!ADMIN_TOKEN.test(token))
    throw new Plain("ADMIN_TOKEN must be 16 characters or more, ASCII, without a space at its ends");
};

/** A random admin token. */
export const newToken = (): string => randomBytes(24).toString("hex");

/** The given admin token, or a random one that is stored in `.dev.vars`. */
export const adminTokenIn = (variables: Variables): { token: string; from: string } => {
  const given = variables.ADMIN_TOKEN;
  if (given !== undefined) {
    refuseBadToken(given);
    return {
      token: given,
      from: process.env.ADMIN_TOKEN ? "from the environment" : `from ${shown(DEV_VARS)}`,
    };
  }
  const token = newToken();
  const before = readDevVars() ?? "";
  try {
    const separator = before === "" || before.endsWith("\n") ? "" : "\n";
    appendFileSync(DEV_VARS, `${separator}ADMIN_TOKEN=${token}\n`, { mode: 0o600 });
  } catch (error) {
    throw new Plain(`${shown(DEV_VARS)} can't be written: ${reasonOf(error)}; or give ADMIN_TOKEN yourself`);
  }
  return { token, from: `new, kept in ${shown(DEV_VARS)}` };
};
