import type { KnownToken, TokenReply } from "./protocol.ts";
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

/** The change that the object's own alarm makes: it may plan runs again. */
const ALARM = "alarm";
/** A host has one token, or few while they are being changed. */
const MAX_TOKENS = 8;

const asQuiet = (row: KnowledgeRow): Quiet => {
  const { epoch, known_from: from, known_until: until, learned_at: learnedAt } = row;
  const open: OpenChange[] = JSON.parse(row.open);
  const known = from === null || until === null || learnedAt === null ? null : { from, until, learnedAt };
  return { epoch, known, open };
};

/** Whether a secret is still good at `now`; epoch milliseconds. */
const isGood = ({ replacedAt, expiresAt }: KnownToken, now: number): boolean =>
  (replacedAt === null || replacedAt > now) && (expiresAt === null || expiresAt > now);

/** What a host's object knows of D1, by the rules of quiet.ts, over the object's own SQLite. Only of a host that the object knows. */
export class CacheTable {
  readonly #sql: SqlStorage;
  readonly #newEpoch: () => string;
  /** As it is stored, while the object is awake. */
  #stored: Quiet | undefined;

  constructor(sql: SqlStorage, newEpoch: () => string) {
    this.#sql = sql;
    this.#newEpoch = newEpoch;
  }

  /** The object was told of its host, perhaps not for the first time. */
  start(now: number): void {
    this.#quiet(now);
  }

  /** Whether nothing is known to be in `span`, and under which epoch that can be learned. */
  ask(span: Span, now: number): { quiet: boolean; epoch: string } {
    const quiet = this.#quiet(now);
    return { quiet: isQuiet(quiet, span, now), epoch: quiet.epoch };
  }

  /** Until when nothing is known to come, where nothing is known to be in `span`. */
  quietUntil(span: Span, now: number): number | undefined {
    const quiet = this.#quiet(now);
    return isQuiet(quiet, span, now) ? quiet.known?.until : undefined;
  }

  /** Whether a change is under way. */
  isChanging(now: number): boolean {
    return this.#quiet(now).open.length > 0;
  }

  learn(epoch: string, span: Span, now: number): void {
    const quiet = this.#quiet(now);
    const learned = learn(quiet, epoch, span, now);
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

  /** Whether an alarm began to end runs and never said that it was done. */
  isAlarmLeft(now: number): boolean {
    return this.#quiet(now).open.some(({ id }) => id === ALARM);
  }

  /** The alarm begins to end runs. It says itself when it is done, however long that takes; `left`: one before never did. */
  beginAlarm(now: number): { left: boolean } {
    const left = this.#quiet(now).open.some(({ id }) => id === ALARM);
    this.#begin({ id: ALARM, until: null }, now);
    return { left };
  }

  /** The alarm is done; where a write of it was left, that may still be on its way. */
  endAlarm(now: number, left: boolean): void {
    if (left) this.begin(`${ALARM} ${now}`, "jobs", now);
    this.end(ALARM, "jobs", now);
  }

  /** Whom a secret speaks for, by its digest, while it is good; else under which epoch that can be learned. */
  judge(digest: string, now: number): TokenReply {
    const [row] = this.#sql
      .exec<{ token: string }>("SELECT token FROM tokens WHERE digest = ?", digest)
      .toArray();
    const token: KnownToken | null = row ? JSON.parse(row.token) : null;
    return token && isGood(token, now)
      ? { token, epoch: null }
      : { token: null, epoch: this.#quiet(now).epoch };
  }

  learnToken(epoch: string, digest: string, token: KnownToken, now: number): void {
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

  /** As it is at `now`; what it has become by then is stored. */
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
