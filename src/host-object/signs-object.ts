import { DurableObject } from "cloudflare:workers";
import { MINUTE_MS } from "../wire/durations.ts";
import type { Offer } from "./lease-rules.ts";

/** A run without a lease that was cancelled by someone other than its process. */
export interface CancelledRun {
  job: number;
  attempt: number;
  schedule: number;
  /** Who reported it RUNNING. */
  holder: string;
  /** Until when the host is notified, unless it reports on the run first; epoch milliseconds. */
  until: number;
}

/** The due jobs that a poll's window left out; times in epoch milliseconds. */
export interface Outside {
  jobs: number;
  /** The window: start inclusive, end exclusive. */
  from: number;
  until: number;
  /** When the poll arrived. */
  at: number;
}

/** Why a host does not poll, by its own report. `at`: when it first reported that; epoch milliseconds. */
export interface HostTrouble {
  message: string;
  at: number;
}

/** What the object keeps for the host's page, and to notify the host of; times in epoch milliseconds. */
interface Signs {
  /** When a silence of the host ended whose missed jobs are not settled; null if there is none. */
  silentUntil: number | null;
  /** `told`: the caller that ran it has polled since. */
  cancelled: (CancelledRun & { told: boolean })[];
  /** How far the host's clock is ahead of ours, by its own report, in milliseconds; null: never reported. */
  clockOffsetMs: number | null;
  /** What its polls leave out; null: nothing. */
  outside: Outside | null;
  /** When its last socket was lost; null: never. */
  socketLostAt: number | null;
  trouble: HostTrouble | null;
}

const NO_SIGNS: Signs = {
  silentUntil: null,
  cancelled: [],
  clockOffsetMs: null,
  outside: null,
  socketLostAt: null,
  trouble: null,
};

/** How long a host without contact is not yet counted as silent. */
const silenceMs = (contactMs: number): number => Math.max(2 * MINUTE_MS, 2 * contactMs);

/** Whether a run may be this caller's. A run of a process without an owner may be anyone's. */
const isOf = ({ holder }: CancelledRun, caller: string): boolean =>
  holder === caller || !holder.startsWith("owner:");

/** The part of a host's object that keeps signs for the host's page, and to notify the host of. Stores nothing before the first sign. */
export class SignsObject extends DurableObject<Env> {
  #known: Signs | undefined;

  /** The silence that ended at `until` is settled: the jobs that the host missed are cancelled. */
  settledSilence(until: number): void {
    if ((this.signs().silentUntil ?? Infinity) <= until) this.#keep({ silentUntil: null });
  }

  /** A run without a lease was cancelled: the host is notified until it reports on it. Calling it again changes nothing. */
  notifyCancelled(run: CancelledRun): void {
    const others = this.signs().cancelled.filter(({ job }) => job !== run.job);
    this.#keep({ cancelled: [...others, { ...run, told: false }] });
  }

  /** The host reported on a cancelled run: it knows. */
  forgetCancelled(job: number): void {
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

  /** The host makes contact; its last contact before was at `contactAt`. */
  protected noteSilence(contactAt: number, now: number, contactMs: number): void {
    if (now - contactAt >= silenceMs(contactMs)) this.#keep({ silentUntil: now });
  }

  /** Stores the clock offset. Smaller changes come from the network and are not stored. */
  protected noteClock(clockOffsetMs: number | null): void {
    const { clockOffsetMs: kept } = this.signs();
    if (clockOffsetMs !== null && (kept === null || Math.abs(clockOffsetMs - kept) >= 1000))
      this.#keep({ clockOffsetMs });
  }

  protected noteOutside(outside: Outside | null): void {
    if (outside?.jobs !== this.signs().outside?.jobs) this.#keep({ outside });
  }

  /** Returns the time that is stored: later than that of the loss before, after which a connection may be recorded. */
  protected noteSocketLost(at: number): number {
    const socketLostAt = Math.max(at, (this.signs().socketLostAt ?? 0) + 1);
    this.#keep({ socketLostAt });
    return socketLostAt;
  }

  /** Stores why the host does not poll; null: it polls. The same reason is not stored again. */
  protected keepTrouble(message: string | null, now: number): void {
    const { trouble } = this.signs();
    if (message !== (trouble?.message ?? null))
      this.#keep({ trouble: message === null ? null : { message, at: trouble?.at ?? now } });
  }

  /** Adds runs that were cancelled without a lease to those under a lease with a cancel request. */
  protected withCancelled(leased: number[], now: number): number[] {
    const plain = this.signs().cancelled.filter(({ until }) => until > now);
    if (plain.length === 0) return leased;
    return [...leased, ...plain.map(({ job }) => job)].sort((one, other) => one - other);
  }

  /** A poll without an owner was answered with the cancelled runs. */
  protected markAllNotified(): void {
    this.#markNotified(({ holder }) => !holder.startsWith("owner:"));
  }

  /** Hides the jobs of a schedule whose cancelled run the caller learns of only with this answer: it may still be running it. */
  protected withoutTooSoon(all: Offer[], caller: string, now: number): { hidden: number[]; offers: Offer[] } {
    const unnotified = this.signs().cancelled.filter(
      (run) => !run.told && run.until > now && isOf(run, caller),
    );
    if (unnotified.length === 0) return { hidden: [], offers: all };
    this.#markNotified((run) => isOf(run, caller));
    const schedules = new Set(unnotified.map(({ schedule }) => schedule));
    const isTooSoon = ({ schedule }: Offer) => schedule !== undefined && schedules.has(schedule);
    return {
      hidden: all.filter(isTooSoon).map(({ job }) => job),
      offers: all.filter((offer) => !isTooSoon(offer)),
    };
  }

  /** Makes the table, and forgets what was read of it. */
  protected reloadSigns(): void {
    this.ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS signs (one INTEGER PRIMARY KEY CHECK (one = 1), signs TEXT NOT NULL)",
    );
    this.#known = undefined;
  }

  #markNotified(whose: (run: CancelledRun) => boolean): void {
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
    this.reloadSigns();
    this.ctx.storage.sql.exec(
      "INSERT INTO signs (one, signs) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET signs = ?1",
      JSON.stringify(signs),
    );
    this.#known = signs;
  }
}
