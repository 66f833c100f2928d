/** Shorter ones would star half of all that is said. */
const LEAST_CHARACTERS = 4;
const STARS = "***";

/** What is to be starred, the longest first, so that one that holds another is taken whole. */
export const secretsAmong = (values: Iterable<string | undefined>): string[] =>
  [...new Set(values)]
    .filter((value) => value !== undefined)
    .filter((value) => value.trim().length >= LEAST_CHARACTERS)
    .sort((one, other) => other.length - one.length);

/** The first place from `from` on where one of the secrets stands, and which. */
const findSecret = (text: string, secrets: readonly string[], from: number) => {
  let found: { at: number; secret: string } | undefined;
  for (const secret of secrets) {
    const at = text.indexOf(secret, from);
    if (at >= 0 && (found === undefined || at < found.at)) found = { at, secret };
  }
  return found;
};

/** Where the end of `text` may be the beginning of a secret that is not whole yet. */
const heldFrom = (text: string, secrets: readonly string[]): number => {
  const [longest = ""] = secrets;
  for (let from = Math.max(0, text.length - longest.length + 1); from < text.length; from++) {
    const end = text.slice(from);
    if (secrets.some((secret) => secret.length > end.length && secret.startsWith(end))) return from;
  }
  return text.length;
};

/** Stars secrets in a stream of text, also those that lie across two chunks: what may be the beginning of one is held back. */
export class Masker {
  #held = "";
  readonly #secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  /** The part of what came so far that can be shown. */
  push(chunk: string): string {
    const text = this.#held + chunk;
    let shown = "";
    let from = 0;
    // A longer secret may begin before the end of a shorter one: what is held is looked at first.
    const sure = heldFrom(text, this.#secrets);
    for (;;) {
      const found = findSecret(text, this.#secrets, from);
      if (!found || found.at >= sure) break;
      shown += text.slice(from, found.at) + STARS;
      from = found.at + found.secret.length;
    }
    const end = Math.max(from, sure);
    this.#held = text.slice(end);
    return shown + text.slice(from, end);
  }

  /** The rest, when no more comes. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return masked(rest, this.#secrets);
  }
}

/** A whole text with its secrets starred. */
export const masked = (text: string, secrets: readonly string[]): string => {
  let shown = "";
  let from = 0;
  for (;;) {
    const found = findSecret(text, secrets, from);
    if (!found) return shown + text.slice(from);
    shown += text.slice(from, found.at) + STARS;
    from = found.at + found.secret.length;
  }
};

/** Stars secrets in the bytes of a file, each by as many stars as it has bytes: what has places by number keeps them. */
export const starBytes = (bytes: Buffer, secrets: readonly string[]): void => {
  for (const secret of secrets) {
    const sought = Buffer.from(secret);
    for (let at = bytes.indexOf(sought); at >= 0; at = bytes.indexOf(sought, at + sought.length))
      bytes.fill("*", at, at + sought.length);
  }
};
