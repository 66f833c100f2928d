import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import { readPrivateFile, writePrivateFile } from "../programs/private-file.ts";
import { userFolder } from "../programs/user-folder.ts";
import { type CommandLine, textIn } from "./options.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Login {
  url: string;
  token: string;
}

const isLogin = (value: unknown): value is Login =>
  typeof value === "object" &&
  value !== null &&
  typeof Reflect.get(value, "url") === "string" &&
  typeof Reflect.get(value, "token") === "string";

/** The file of the login, in a folder that only its user can enter. */
export const loginPath = (line: CommandLine, env: Variables): string => {
  const folder = textIn(line, "state") ?? (env.MUSTER_STATE || userFolder("muster", process.platform, env));
  return join(resolve(folder), "login.json");
};

/** What `muster login` kept; undefined if nothing. Throws `Plain`. */
export const readLogin = (path: string): Login | undefined => {
  const text = readPrivateFile(path);
  if (text === undefined) return undefined;
  try {
    const login: unknown = JSON.parse(text);
    if (isLogin(login)) return login;
  } catch {
    // The same as a file of something else.
  }
  throw new Plain(`${path} is not what muster login writes; log in again`);
};

export const keepLogin = (path: string, login: Login): void => {
  try {
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Plain(`the folder of ${path} can't be made: ${reasonOf(error)}; choose another with --state`);
  }
  writePrivateFile(path, `${JSON.stringify(login)}\n`);
};

export const dropLogin = (path: string): void => rmSync(path, { force: true });

/** An address without `/api/v3` and slashes at its end. Throws `Plain`. */
export const readAddress = (given: string): string => {
  const url = given
    .trim()
    .replace(/\/+$/, "")
    .replace(/\/api\/v3$/, "");
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    throw new Plain(`the address must be one such as https://muster.example.com, not ${given}`);
  return url;
};

/** The address and the token to use: of flags, else of the environment, else of the login. Throws `Plain`. */
export const findLogin = (line: CommandLine, env: Variables): Login => {
  const kept = readLogin(loginPath(line, env));
  const given = textIn(line, "url") ?? (env.MUSTER_URL || undefined);
  const url = given === undefined ? kept?.url : readAddress(given);
  if (url === undefined)
    throw new Plain("no service is known; muster login ADDRESS, or give --url or MUSTER_URL");
  const token = textIn(line, "token") ?? (env.MUSTER_TOKEN || undefined);
  // A token is never sent to another address than the one that it was kept for.
  const usable = token ?? (kept?.url === url ? kept.token : undefined);
  if (usable === undefined)
    throw new Plain(`no token for ${url} is known; muster login ${url}, or give MUSTER_TOKEN`);
  return { url, token: usable.trim() };
};
