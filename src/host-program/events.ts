import { maskedIn } from "./masking.ts";
import type { OutputStream } from "./output.ts";

/** What views show of a run. */
export interface RunFacts {
  job: number;
  attempt: number;
  agent: string;
  /** Its schedule, which its last duration is stored by. */
  schedule: number;
  tests: number | null;
}

/** The number of runs by status. */
export type Counts = Readonly<Record<"COMPLETED" | "FAILED" | "CANCELLED", number>>;

/** Events of the host, for a terminal, a log or a program. */
export type HostEvent =
  | { event: "started"; host: number; guid: string; name: string; agents: readonly string[]; version: string }
  | { event: "run_started"; run: RunFacts; lastMs: number | null }
  | { event: "output"; run: RunFacts; stream: OutputStream; line: string }
  | { event: "run_stopping"; run: RunFacts; reason: string }
  | {
      event: "run_ended";
      run: RunFacts;
      status: string;
      reason: string | null;
      ms: number;
      left: readonly number[];
    }
  | { event: "reported"; job: number; attempt: number; status: string }
  | {
      event: "files_sent";
      job: number;
      attempt: number;
      /** How many of each the service has kept. */
      reports: number;
      artifacts: number;
      /** What the service refused. */
      refused: readonly string[];
      /** What could not be read, or was given up after many tries. */
      unsent: readonly string[];
    }
  | { event: "report_refused"; job: number; attempt: number; status: string; message: string }
  | { event: "trouble"; message: string }
  | { event: "well_again"; message: string }
  /** `waiting`: the changed settings that only the next start applies. */
  | { event: "reloaded"; agents: readonly string[]; waiting: readonly string[] }
  | { event: "stopping"; message: string }
  | { event: "stopped"; counts: Counts };

export type Emit = (event: HostEvent) => void;

/** The same event, masked. Its kind stays: a secret may be a word that is one. */
export const maskedEvent = (event: HostEvent, secrets: readonly string[]): HostEvent =>
  ({ ...Object(maskedIn(event, secrets)), event: event.event }) as HostEvent;
