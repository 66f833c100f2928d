import { REPLAY_MS } from "../../src/replay/replay.ts";
import type { Answer } from "../world.ts";
import { demand } from "./moves.ts";
import type { Seen } from "./sendable.ts";

let keys = 0;

/** A request with a key of its own, which is sent again just as it was: a repeat is answered as the first was. */
export class Keyed {
  readonly options = { headers: { "Idempotency-Key": `planned ${++keys}` } };
  #sentAt: number | undefined;
  #first: string | undefined;

  /** Notes that it is sent. */
  sent(now: number): void {
    this.#sentAt ??= now;
  }

  /** A repeat was refused: then the first was, too, or nobody knows its key any more. */
  refused({ status, text }: Answer, { sentAt }: Seen): void {
    const isForgotten = sentAt >= (this.#sentAt ?? sentAt) + REPLAY_MS;
    const isAnswered = this.#first === undefined || isForgotten || status >= 429;
    demand(isAnswered, "a repeat is answered as the first was", status, text);
  }

  /** Whether an answer 2xx is a repeat's; judges it then. `isText`: the text is the same, too. */
  isRepeat({ text }: Answer, { sentAt, rows }: Seen, isText = true): boolean {
    const isForgotten = sentAt >= (this.#sentAt ?? sentAt) + REPLAY_MS;
    const first = this.#first;
    if (first === undefined || isForgotten) {
      this.#sentAt = isForgotten ? sentAt : this.#sentAt;
      this.#first = text;
      return false;
    }
    demand(rows.length === 0, "a repeat does nothing twice", rows);
    demand(!isText || text === first, "a repeat is answered from what was made", first, text);
    return true;
  }
}
