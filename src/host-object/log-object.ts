import { ContactObject } from "./contact-object.ts";
import {
  type LogChunk,
  type LogPart,
  type LogReply,
  type LogSegment,
  LogTable,
  type LogTail,
} from "./log-table.ts";
import type { Run } from "./protocol.ts";
import type { Timing } from "./timing.ts";

/** The part of a host's object that receives the logs of runs. */
export abstract class LogObject extends ContactObject {
  protected readonly logs: LogTable;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.logs = new LogTable(state.storage.sql);
  }

  /** Sets the alarm again: its first deadline may have changed. */
  protected abstract setAlarm(): void;

  /** A process of the host sends a chunk of its run's log. */
  appendLog(chunk: LogChunk, timing: Timing): LogReply {
    this.noteContact(this.leases.host(), timing);
    const waited = this.logs.nextIdle() !== null;
    const reply = this.logs.append(chunk, timing.now);
    if (!waited && this.logs.nextIdle() !== null) this.setAlarm();
    return reply;
  }

  /** The next segment of a log to write to R2; null if there is none. */
  sealLog(job: number, attempt: number): LogSegment | null {
    return this.logs.seal(job, attempt);
  }

  /** R2 has the log up to `to`. `isWorthStoring`: there is more to write to it. */
  logStored(job: number, attempt: number, to: number): { isWorthStoring: boolean } {
    this.logs.storedTo(job, attempt, to);
    return { isWorthStoring: this.logs.isWorthStoring(job, attempt) };
  }

  /** The part of a log that is not in R2; null if the object has nothing of this log. */
  logTail(run: Run, part: LogPart): LogTail | null {
    return this.logs.tail(run, part);
  }
}
