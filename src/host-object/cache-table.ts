import type { FoundToken, KnownToken, TokenReply } from "./protocol.ts";
import {
  begin,
  CHANGE_MS,
  type Changed,
  end,
  isQuiet,
  learn,
  mayLearn,
  type OpenChange,
  type Quiet,
  type Span,
  settle,
  startQuiet,
} from "./quiet-rules.ts";

type KnowledgeRow = {
  epoch: string;
  known_from: number | null;
  known_until: number | null;
  learned_at: number | null;
  open: string;
};

/** The change that the object's own alarm opens: ending a lost run may plan it again. */
const ALARM = "alarm";
/** A host has one token, or a few while tokens are being replaced. */
const MAX_TOKENS = 8;

const asQuiet = (row: KnowledgeRow): Quiet => {
  const { epoch, known_from: from, known_until: until, learned_at: learnedAt } = row;
  const open: OpenChange[] = JSON.parse(row.open);
  const known = from === null || until === null || learnedAt === null ? null : { from, until, learnedAt };
  return { epoch, known, open };
};

/** Whether a secret is valid at `now` (epoch milliseconds). */
const isGood = ({ replacedAt, expiresAt }: KnownToken, now: number): boolean =>
  (replacedAt === null || replacedAt > now) && (expiresAt === null || expiresAt > now);

/** The object's cache of D1 in its own SQLite, by the rules of quiet-rules.ts. It is only used once the object knows its host. */
export class CacheTable {
  readonly #sql: SqlStorage;
  readonly #newEpoch: () => string;
  /** The stored state, while the object is awake. */
  #stored: Quiet | undefined;

  constructor(sql: SqlStorage, newEpoch: () => string) {
    this.#sql = sql;
    this.#newEpoch = newEpoch;
  }

  /** Starts the cache when D1 has the host. Starting it again changes nothing. */
  start(now: number): void {
    this.#quiet(now);
  }

  /** Whether no job is known to be due in `span`, and the epoch under which a read of D1 may be cached. */
  ask(span: Span, now: number): { quiet: boolean; epoch: string } {
    const quiet = this.#quiet(now);
    return { quiet: isQuiet(quiet, span, now), epoch: quiet.epoch };
  }

  /** Until when no job is due, if none is in `span`; undefined if that is not known. */
  quietUntil(span: Span, now: number): number | undefined {
    const quiet = this.#quiet(now);
    return isQuiet(quiet, span, now) ? quiet.known?.until : undefined;
  }

  /** Whether a change is open. */
  isChanging(now: number): boolean {
    return this.#quiet(now).open.length > 0;
  }

  learn(epoch: string, span: Span, now: number): void {
    const quiet = this.#quiet(now);
    const learned = learn(quiet, span, { epoch, now });
    if (learned !== quiet) this.#put(learned);
  }

  begin(id: string, changed: Changed, now: number): void {
    this.#begin({ id, until: now + CHANGE_MS }, now);
    if (changed === "tokens") this.#forgetTokens();
  }

  end(id: string, changed: Changed, now: number): void {
    this.#put(end(this.#quiet(now), id, this.#newEpoch()));
    if (changed === "tokens") this.#forgetTokens();
  }

  /** Whether an earlier alarm began to end runs and did not finish. */
  isAlarmLeft(now: number): boolean {
    return this.#quiet(now).open.some(({ id }) => id === ALARM);
  }

  /** Opens the alarm's change, which has no timeout. `left`: an earlier alarm did not finish. */
  beginAlarm(now: number): { left: boolean } {
    const left = this.#quiet(now).open.some(({ id }) => id === ALARM);
    this.#begin({ id: ALARM, until: null }, now);
    return { left };
  }

  /** Closes the alarm's change. `left`: one of its writes may still be under way, so another change stays open until it times out. */
  endAlarm(now: number, left: boolean): void {
    if (left) this.begin(`${ALARM} ${now}`, "jobs", now);
    this.end(ALARM, "jobs", now);
  }

  /** The cached token of a secret's digest, if it is valid; else the epoch under which it may be cached. */
  findToken(digest: string, now: number): TokenReply {
    const [row] = this.#sql
      .exec<{ token: string }>("SELECT token FROM tokens WHERE digest = ?", digest)
      .toArray();
    const token: KnownToken | null = row ? JSON.parse(row.token) : null;
    return token && isGood(token, now)
      ? { token, epoch: null }
      : { token: null, epoch: this.#quiet(now).epoch };
  }

  learnToken(epoch: string, { digest, token }: FoundToken, now: number): void {
    if (!mayLearn(this.#quiet(now), epoch)) return;
    const { kept } = this.#sql.exec<{ kept: number }>("SELECT COUNT(*) AS kept FROM tokens").one();
    if (kept >= MAX_TOKENS) this.#forgetTokens();
    this.#sql.exec(
      "INSERT INTO tokens (digest, token) VALUES (?1, ?2) ON CONFLICT (digest) DO UPDATE SET token = ?2",
      digest,
      JSON.stringify(token),
    );
  }

  forget(): void {
    this.#sql.exec("DELETE FROM knowledge");
    this.#stored = undefined;
    this.#forgetTokens();
  }

  #begin(change: OpenChange, now: number): void {
    this.#put(begin(this.#quiet(now), change, this.#newEpoch()));
  }

  #forgetTokens(): void {
    this.#sql.exec("DELETE FROM tokens");
  }

  /** The state at `now`; stores it if a change timed out. */
  #quiet(now: number): Quiet {
    const stored = this.#stored ?? this.#read();
    if (stored?.open.length === 0) {
      this.#stored = stored;
      return stored;
    }
    const quiet = stored ? settle(stored, this.#newEpoch(), now) : startQuiet(this.#newEpoch(), now);
    if (quiet === stored) this.#stored = quiet;
    else this.#put(quiet);
    return quiet;
  }

  #read(): Quiet | undefined {
    const [row] = this.#sql.exec<KnowledgeRow>("SELECT * FROM knowledge").toArray();
    return row && asQuiet(row);
  }

  #put(quiet: Quiet): void {
    const { epoch, known, open } = quiet;
    this.#sql.exec(
      `INSERT INTO knowledge (one, epoch, known_from, known_until, learned_at, open) VALUES (1, ?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (one) DO UPDATE SET epoch = ?1, known_from = ?2, known_until = ?3, learned_at = ?4, open = ?5`,
      epoch,
      known?.from ?? null,
      known?.until ?? null,
      known?.learnedAt ?? null,
      JSON.stringify(open),
    );
    this.#stored = quiet;
  }
}
