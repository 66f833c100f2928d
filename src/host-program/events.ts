import type { OutputStream } from "./output.ts";

/** A run as those who look on see it. */
export interface RunFacts {
  job: number;
  attempt: number;
  agent: string;
  /** The schedule that it is of: what its last time is remembered by. */
  schedule: number;
  tests: number | null;
}

/** How many runs ended so. */
export type Counts = Readonly<Record<"COMPLETED" | "FAILED" | "CANCELLED", number>>;

/** What happens in a host, for a person, a log or a program to follow. */
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
  | { event: "files_sent"; job: number; attempt: number; reports: number; artifacts: number }
  | { event: "report_refused"; job: number; attempt: number; status: string; message: string }
  | { event: "trouble"; message: string }
  | { event: "well_again"; message: string }
  | { event: "stopping"; message: string }
  | { event: "stopped"; counts: Counts };

export type Tell = (event: HostEvent) => void;
