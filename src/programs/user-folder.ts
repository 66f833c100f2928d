import { homedir } from "node:os";
import { join } from "node:path";

/** The folder in which a program of this name keeps what is its user's own. */
export const userFolder = (
  name: string,
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): string => {
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), name);
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", name);
  return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), name);
};
