import { DurableObject } from "cloudflare:workers";
import { MINUTE_MS } from "../wire/durations.ts";
import type { Offer } from "./lease-rules.ts";

/** A run under no lease that ended as cancelled over its process's head. */
export interface CancelledRun {
  job: number;
  attempt: number;
  schedule: number;
  /** Who reported it RUNNING. */
  holder: string;
  /** Until when its host is told of it, if it says nothing of it before; epoch milliseconds. */
  until: number;
}

/** What a poll left out of its window although it was due; times in epoch milliseconds. */
export interface Outside {
  jobs: number;
  /** The window: start inclusive, end exclusive. */
  from: number;
  until: number;
  /** When the poll came in. */
  at: number;
}

/** What keeps a host from asking for jobs, by its own word; `at` is when it first said so, in epoch milliseconds. */
export interface HostTrouble {
  message: string;
  at: number;
}

/** What an object keeps of what its host shows and must be told; times in epoch milliseconds. */
interface Signs {
  /** When the host was heard from again after a silence whose missed jobs are not settled yet; null where there is none. */
  silentUntil: number | null;
  /** `told`: the caller that ran it has polled since. */
  cancelled: (CancelledRun & { told: boolean })[];
  /** How far the host's clock is ahead of ours, by its own word, in milliseconds; null where it never said. */
  clockOffsetMs: number | null;
  /** What its polls leave out; null where nothing. */
  outside: Outside | null;
  trouble: HostTrouble | null;
  /** When its last socket was lost; null where it never had one. */
  socketLostAt: number | null;
}

const NO_SIGNS: Signs = {
  silentUntil: null,
  cancelled: [],
  clockOffsetMs: null,
  outside: null,
  trouble: null,
  socketLostAt: null,
};

/** After how long without any contact a host counts as having been silent. */
const silenceMs = (contactMs: number): number => Math.max(2 * MINUTE_MS, 2 * contactMs);

/** Whether a run was begun by this caller; one of a process without a name of its own may have been anybody's. */
const isOf = ({ holder }: CancelledRun, caller: string): boolean =>
  holder === caller || !holder.startsWith("owner:");

/** The part of a host's object that remembers what its host shows and must be told. It keeps nothing until there is something to keep. */
export class SignsObject extends DurableObject<Env> {
  #known: Signs | undefined;

  /** The silence that ended at `until` is settled: what the host missed in it is cancelled. */
  settledSilence(until: number): void {
    if (this.signs().silentUntil === until) this.#keep({ silentUntil: null });
  }

  /** A run of a process that holds no lease was cancelled: its host is told until it reports on it. Told again, it is the same. */
  tellCancelled(run: CancelledRun): void {
    const others = this.signs().cancelled.filter(({ job }) => job !== run.job);
    this.#keep({ cancelled: [...others, { ...run, told: false }] });
  }

  /** The host knows that its run was cancelled: it said something of it. */
  heardOfCancel(job: number): void {
    const { cancelled } = this.signs();
    const left = cancelled.filter((run) => run.job !== job);
    if (left.length < cancelled.length) this.#keep({ cancelled: left });
  }

  protected signs(): Signs {
    this.#known ??= this.#read();
    return this.#known;
  }

  protected forgetSigns(): void {
    if (this.#known !== NO_SIGNS && this.#hasTable()) this.ctx.storage.sql.exec("DELETE FROM signs");
    this.#known = undefined;
  }

  /** The host was heard from, for the last time before at `contactAt`. */
  protected noteSilence(contactAt: number, now: number, contactMs: number): void {
    if (now - contactAt >= silenceMs(contactMs)) this.#keep({ silentUntil: now });
  }

  /** Keeps what the host says of its clock; what only the way here makes of it is not written down anew. */
  protected noteClock(clockOffsetMs: number | null): void {
    const { clockOffsetMs: kept } = this.signs();
    if (clockOffsetMs !== null && (kept === null || Math.abs(clockOffsetMs - kept) >= 1000))
      this.#keep({ clockOffsetMs });
  }

  protected noteOutside(outside: Outside | null): void {
    if (outside?.jobs !== this.signs().outside?.jobs) this.#keep({ outside });
  }

  /** Keeps what the host says keeps it from asking for jobs; null: nothing does. The same again is not written down anew. */
  protected keepTrouble(message: string | null, now: number): void {
    const { trouble } = this.signs();
    if (message !== (trouble?.message ?? null))
      this.#keep({ trouble: message === null ? null : { message, at: trouble?.at ?? now } });
  }

  protected noteSocketLost(socketLostAt: number): void {
    this.#keep({ socketLostAt });
  }

  /** The runs under a lease that the host is asked to cancel, with those of others that were cancelled. */
  protected withCancelled(leased: number[], now: number): number[] {
    const plain = this.signs().cancelled.filter(({ until }) => until > now);
    if (plain.length === 0) return leased;
    return [...leased, ...plain.map(({ job }) => job)].sort((one, other) => one - other);
  }

  /** A poll that was answered without a caller's name told of what was cancelled. */
  protected toldAll(): void {
    this.#tell(({ holder }) => !holder.startsWith("owner:"));
  }

  /** Parts a caller's offers: those of a schedule of whose cancelled run it is being told only now come too early, for it may be running that. */
  protected tooEarly(all: Offer[], caller: string, now: number): { early: number[]; offers: Offer[] } {
    const untold = this.signs().cancelled.filter((run) => !run.told && run.until > now && isOf(run, caller));
    if (untold.length === 0) return { early: [], offers: all };
    this.#tell((run) => isOf(run, caller));
    const schedules = new Set(untold.map(({ schedule }) => schedule));
    const isEarly = ({ schedule }: Offer) => schedule !== undefined && schedules.has(schedule);
    return {
      early: all.filter(isEarly).map(({ job }) => job),
      offers: all.filter((offer) => !isEarly(offer)),
    };
  }

  #tell(whose: (run: CancelledRun) => boolean): void {
    const { cancelled } = this.signs();
    if (cancelled.some((run) => !run.told && whose(run)))
      this.#keep({ cancelled: cancelled.map((run) => (whose(run) ? { ...run, told: true } : run)) });
  }

  #hasTable(): boolean {
    const found = this.ctx.storage.sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'signs'");
    return found.toArray().length > 0;
  }

  #read(): Signs {
    if (!this.#hasTable()) return NO_SIGNS;
    const [row] = this.ctx.storage.sql.exec<{ signs: string }>("SELECT signs FROM signs").toArray();
    const kept: Partial<Signs> = row ? JSON.parse(row.signs) : {};
    return { ...NO_SIGNS, ...kept };
  }

  #keep(changed: Partial<Signs>): void {
    const signs = { ...this.signs(), ...changed };
    const { sql } = this.ctx.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS signs (one INTEGER PRIMARY KEY CHECK (one = 1), signs TEXT NOT NULL)",
    );
    sql.exec(
      "INSERT INTO signs (one, signs) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET signs = ?1",
      JSON.stringify(signs),
    );
    this.#known = signs;
  }
}
