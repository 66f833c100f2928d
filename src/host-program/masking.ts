/** Shorter secrets are not masked: they would mask half of the output. */
const MIN_CHARACTERS = 4;
const STARS = "***";

/** The secrets to mask, longest first: a secret that contains another is masked whole. */
export const secretsToMask = (values: Iterable<string | undefined>): string[] =>
  [...new Set(values)]
    .filter((value) => value !== undefined)
    .filter((value) => value.trim().length >= MIN_CHARACTERS)
    .sort((one, other) => other.length - one.length);

/** The first secret at or after `from`, and its position. */
const findSecret = (text: string, secrets: readonly string[], from: number) => {
  let found: { at: number; secret: string } | undefined;
  for (const secret of secrets) {
    const at = text.indexOf(secret, from);
    if (at >= 0 && (found === undefined || at < found.at)) found = { at, secret };
  }
  return found;
};

/** The position from which the end of `text` may be the start of a secret. */
const heldFrom = (text: string, secrets: readonly string[]): number => {
  const [longest = ""] = secrets;
  for (let from = Math.max(0, text.length - longest.length + 1); from < text.length; from++) {
    const end = text.slice(from);
    if (secrets.some((secret) => secret.length > end.length && secret.startsWith(end))) return from;
  }
  return text.length;
};

/** Masks secrets in a stream of text, also across chunks: what may be the start of a secret is held back. */
export class Masker {
  #held = "";
  readonly #secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  /** Takes a chunk. Returns what can be shown so far. */
  push(chunk: string): string {
    const text = this.#held + chunk;
    let shown = "";
    let from = 0;
    // A longer secret may begin inside a shorter one, so the held-back part is found first.
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

  /** The stream has ended: returns the rest, masked. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return masked(rest, this.#secrets);
  }
}

/** Masks the secrets in a whole text. */
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

/** Masks the secrets in every text of a value, at any depth. Numbers and the names of fields stay as they are. */
export const maskedIn = (value: unknown, secrets: readonly string[]): unknown => {
  if (typeof value === "string") return masked(value, secrets);
  if (Array.isArray(value)) return value.map((each) => maskedIn(each, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, maskedIn(each, secrets)]));
};

/**
 * Masks secrets in a stream of bytes, also across chunks. Each byte of a secret becomes one star, so that
 * offsets in the file stay valid. How the bytes are cut into chunks does not change the result.
 */
export class ByteMasker {
  readonly #secrets: readonly Buffer[];
  /** A secret may go on this many bytes after the end of a chunk. */
  readonly #overlap: number;
  #read: Buffer = Buffer.alloc(0);
  /** The same bytes, masked as far as is known. */
  #masked: Buffer = Buffer.alloc(0);

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map((secret) => Buffer.from(secret));
    this.#overlap = Math.max(0, ...this.#secrets.map(({ length }) => length - 1));
  }

  /** Takes a chunk. Returns the bytes that no later chunk changes. */
  push(chunk: Buffer): Buffer {
    const read = Buffer.concat([this.#read, chunk]);
    const masked = Buffer.concat([this.#masked, chunk]);
    for (const secret of this.#secrets) {
      for (let at = read.indexOf(secret); at >= 0; at = read.indexOf(secret, at + 1))
        masked.fill("*", at, at + secret.length);
    }
    const sure = Math.max(0, read.length - this.#overlap);
    this.#read = read.subarray(sure);
    this.#masked = masked.subarray(sure);
    return masked.subarray(0, sure);
  }

  /** The stream has ended: returns the rest. */
  end(): Buffer {
    return this.#masked;
  }
}
