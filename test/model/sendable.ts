import type { Answer } from "../world.ts";
import type { HistoryRow, JobRow, ScheduleRow } from "./stored.ts";

/** What is known when a request is answered: the jobs before and after its last step, and what that step wrote. */
export interface Seen {
  sentAt: number;
  now: number;
  /** It was answered without D1. */
  byObject: boolean;
  /** It was never held, and no other request is held. */
  alone: boolean;
  before: Map<number, JobRow>;
  after: Map<number, JobRow>;
  rows: readonly HistoryRow[];
  /** As they are after. */
  schedules: Map<number, ScheduleRow>;
}

/** A request that can be sent, and sent again just as it was. */
export interface Sendable {
  /** The job that it may move; null: none; "any": a schedule's; "missed": in the clock's name, what was missed. */
  moves: number | "any" | "missed" | "none, but makes" | null;
  /** The schedule whose planned jobs it may drop. */
  drops?: number;
  /** Checks of a refusal, beyond that it changed nothing. */
  refused?: (answer: Answer, seen: Seen) => void;
  /** It takes an open job, or would: the host's object is asked. */
  accepts: boolean;
  send: () => Promise<Answer>;
  /** Its write is begun and ended in the host's object. */
  changes?: true;
  /** It names, or shows, what its process runs. */
  doubts?: true;
  /** It asks for jobs, and may be answered that there are none without a read of D1. */
  polls?: true;
  /** It is said on a socket: it is held in the host's object. */
  onSocket?: true;
  /** Of a message: those of one lease are served in turn. */
  lease?: string;
  /** It carries the host's own token. */
  own?: boolean;
  /** After a 2xx answer, while no other request is on its way: reads from the service what it left. */
  judged?: (answer: Answer, seen: Seen) => Promise<void>;
  /** It was answered 2xx. */
  answered: (answer: Answer, seen: Seen) => void;
}
