import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import { readPrivateFile, writePrivateFile } from "../programs/private-file.ts";
import { userFolder } from "../programs/user-folder.ts";

/** The default state folder. */
export const defaultStateFolder = (
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): string => userFolder("muster-host", platform, env);

/** The host's own token, and the token that it was exchanged for. */
interface OwnToken {
  url: string;
  token: string;
  /** SHA-256 of the register-only token. */
  tradedFor: string;
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The folder of a host's guid, token, journal and runs. Only its owner can read it. */
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

  /** The host's guid, created once; a reinstall finds it again. */
  guid(): string {
    this.#guid ??= this.#read("host-guid")?.trim() || undefined;
    if (this.#guid === undefined) {
      this.#guid = randomUUID();
      this.#write("host-guid", `${this.#guid}\n`);
    }
    return this.#guid;
  }

  /** Takes a new guid: the old one is registered, and its token was lost. */
  renewGuid(): void {
    this.#guid = randomUUID();
    this.#write("host-guid", `${this.#guid}\n`);
  }

  /**
   * The token to use: the host's own if the given one was exchanged for it or none is given, else the given
   * one. The own token is valid only for the url that issued it.
   */
  tokenFor(url: string, given: string | undefined): string | undefined {
    const own = this.#ownToken();
    const usable = own?.url === url && (given === undefined || own.tradedFor === digestOf(given));
    return usable ? own.token : given;
  }

  /** Stores the host's own token, readable only by its owner. */
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

  #read = (name: string): string | undefined => readPrivateFile(this.file(name));

  #write = (name: string, text: string): void => writePrivateFile(this.file(name), text);
}
