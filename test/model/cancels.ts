import type { Answer } from "../world.ts";
import { demand, isUnderLease } from "./moves.ts";
import { RUN_LIMIT_MS } from "./scene.ts";
import type { JobRow } from "./stored.ts";

/** A run under no lease that an operator cancelled. */
interface Cancelled {
  hostId: number;
  scheduleId: number;
  holder: string;
  /** Until when, at least, its host is notified of it. */
  until: number;
  /** How many polls its host has sent since. */
  polls: number;
}

/** The cancelled runs that hosts must be notified of, and until when. */
export class Cancels {
  readonly #cancelled = new Map<number, Cancelled>();

  /** An operator's cancel of a job was answered, at once. */
  cancelled(was: JobRow, is: JobRow, at: number): void {
    const { holder, hostId, scheduleId } = was;
    if (was.status !== "RUNNING" || is.status !== "CANCELLED") return;
    if (holder === null || isUnderLease(holder)) return;
    this.#cancelled.set(is.id, { hostId, scheduleId, holder, until: at + RUN_LIMIT_MS, polls: 0 });
  }

  /** Its host says something of a job. */
  reported(job: number): void {
    this.#cancelled.delete(job);
  }

  left(hostId: number): void {
    for (const [job, each] of this.#cancelled) if (each.hostId === hostId) this.#cancelled.delete(job);
  }

  /** A poll of a host is sent. */
  polled(hostId: number): void {
    for (const each of this.#cancelled.values()) if (each.hostId === hostId) each.polls++;
  }

  /** A poll or a ping was answered at once. */
  judgeTold(hostId: number, { headers }: Answer, at: number): void {
    const named = (headers.get("Cancel-Requested") ?? "").split(",").map(Number);
    for (const [job, each] of this.#cancelled) {
      const isNotified = each.hostId !== hostId || at >= each.until || named.includes(job);
      demand(isNotified, "a host is notified of its cancelled run", job, each, named);
    }
  }

  /** The first poll of a caller since its run was cancelled gets no other run of that schedule. */
  judgeOffered(
    hostId: number,
    { caller, at }: { caller: string; at: number },
    offered: readonly JobRow[],
  ): void {
    for (const { holder, polls, scheduleId, ...each } of this.#cancelled.values()) {
      if (each.hostId !== hostId || polls !== 1 || at >= each.until) continue;
      if (holder !== caller && holder.startsWith("owner:")) continue;
      const early = offered.filter((job) => job.scheduleId === scheduleId);
      demand(
        early.length === 0,
        "who is notified of a cancelled run is not offered the next one yet",
        caller,
        early,
      );
    }
  }
}
