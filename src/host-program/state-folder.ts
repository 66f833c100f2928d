import { createHash, randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { codeOf, Plain, reasonOf } from "./plain-error.ts";

/** Where a host keeps what must outlive it, where nobody says otherwise. */
export const usualStateFolder = (
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): string => {
  if (platform === "win32")
    return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "muster-host");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "muster-host");
  return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "muster-host");
};

/** The host's own token, with the one that it was traded for. */
interface OwnToken {
  url: string;
  token: string;
  /** SHA-256 of the token that only registers. */
  tradedFor: string;
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The folder of one host's guid, token, journal and runs. Only its owner may read it. */
export class StateFolder {
  readonly path: string;
  #guid: string | undefined;

  constructor(path: string) {
    this.path = resolve(path);
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new Plain(
        `the state folder ${this.path} can't be made: ${reasonOf(error)}; choose another with --state`,
      );
    }
  }

  file = (...names: string[]): string => join(this.path, ...names);

  /** The guid of this host: made once, and found again by a reinstall. */
  guid(): string {
    this.#guid ??= this.#read("host-guid")?.trim() || undefined;
    if (this.#guid === undefined) {
      this.#guid = randomUUID();
      this.#write("host-guid", `${this.#guid}\n`);
    }
    return this.#guid;
  }

  /** Another guid, where the first one was registered and nobody has the token that came with it. */
  renewGuid(): void {
    this.#guid = randomUUID();
    this.#write("host-guid", `${this.#guid}\n`);
  }

  /**
   * The token to speak with: the host's own where the given one was traded for it, or where none is given. The service
   * at another address has no part in it.
   */
  tokenFor(url: string, given: string | undefined): string | undefined {
    const own = this.#ownToken();
    const usable = own?.url === url && (given === undefined || own.tradedFor === digestOf(given));
    return usable ? own.token : given;
  }

  /** Keeps the host's own token, for its owner's eyes alone. */
  keepToken(url: string, token: string, given: string): void {
    this.#write("token.json", JSON.stringify({ url, token, tradedFor: digestOf(given) } satisfies OwnToken));
  }

  #ownToken(): OwnToken | undefined {
    const text = this.#read("token.json");
    if (text === undefined) return undefined;
    try {
      const found = JSON.parse(text) as Partial<OwnToken>;
      const { url, token, tradedFor } = found;
      return url && token && tradedFor ? { url, token, tradedFor } : undefined;
    } catch {
      return undefined;
    }
  }

  #read(name: string): string | undefined {
    try {
      return readFileSync(this.file(name), "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw new Plain(`${this.file(name)} can't be read: ${reasonOf(error)}`);
    }
  }

  #write(name: string, text: string): void {
    const next = this.file(`${name}.next`);
    try {
      writeFileSync(next, text, { mode: 0o600, flush: true });
      chmodSync(next, 0o600);
      renameSync(next, this.file(name));
    } catch (error) {
      throw new Plain(`${this.file(name)} can't be written: ${reasonOf(error)}`);
    }
  }
}
