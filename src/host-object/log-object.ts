import { ContactObject } from "./contact-object.ts";
import { type LogChunk, type LogReply, type LogSegment, LogTable, type LogTail } from "./log-table.ts";
import type { Timing } from "./timing.ts";

/** The part of a host's object that takes the logs of its runs. */
export abstract class LogObject extends ContactObject {
  protected readonly logs: LogTable;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.logs = new LogTable(state.storage.sql);
  }

  /** Sets the alarm anew, for what may have become the first that it is needed for. */
  protected abstract setAlarm(): void;

  /** A process of the host sends what its run wrote. */
  appendLog(chunk: LogChunk, timing: Timing): LogReply {
    this.noteContact(this.leases.host(), timing);
    const waited = this.logs.nextIdle() !== null;
    const reply = this.logs.append(chunk, timing.now);
    if (!waited && this.logs.nextIdle() !== null) this.setAlarm();
    return reply;
  }

  /** What of a log is to be put in R2 next; null where nothing is. */
  sealLog(job: number, attempt: number): LogSegment | null {
    return this.logs.seal(job, attempt);
  }

  /** R2 has the log up to `to`. */
  logStored(job: number, attempt: number, to: number): void {
    this.logs.storedTo(job, attempt, to);
  }

  /** What of a log is not in R2 yet; null where nothing is known of it. */
  logTail(job: number, attempt: number, from: number, most: number): LogTail | null {
    return this.logs.tail(job, attempt, from, most);
  }
}
