import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Ledger } from "./ledger.ts";
import type { Dice } from "./random.ts";

const TIMEOUT_MS = 15_000;
/** So many requests are given up by their client almost at once, and sent again. */
const IMPATIENT = 0.04;

const refusalShape = z.looseObject({ code: z.string(), message: z.string() });

/** The service's own answer to a request. */
export interface Reply {
  ok: boolean;
  body: unknown;
  /** The refusal's code; empty where it is none. */
  code: string;
  /** Which sending of the request was answered, from 1. */
  tries: number;
}

export interface Sending {
  body?: unknown;
  headers?: Record<string, string>;
}

/** The run is over: whatever an actor was about to do, it leaves. */
export class Over extends Error {}

export const idOf = (body: unknown, field: string): number =>
  Number(z.looseObject({ [field]: z.int() }).parse(body)[field]);

/** A client that does as real ones do: it sends the very same request again until the service answers it. */
export class Client {
  readonly #baseUrl: string;
  readonly #token: string;
  readonly #over: AbortSignal;
  readonly ledger: Ledger;
  readonly dice: Dice;

  constructor(
    baseUrl: string,
    { token, ledger, dice, over }: { token: string; ledger: Ledger; dice: Dice; over: AbortSignal },
  ) {
    this.#baseUrl = baseUrl;
    this.#token = token;
    this.ledger = ledger;
    this.dice = dice;
    this.#over = over;
  }

  get isOver(): boolean {
    return this.#over.aborted;
  }

  async send(method: string, path: string, { body, headers = {} }: Sending = {}): Promise<Reply> {
    for (let tries = 1; ; tries++) {
      const reply = await this.#try(method, path, { body, headers });
      if (reply) return { ...reply, tries };
      this.ledger.unanswered += 1;
      await this.pause(...this.#patience(tries));
    }
  }

  async pause(leastMs: number, mostMs: number): Promise<void> {
    await sleep(this.dice.between(leastMs, mostMs), undefined, { signal: this.#over }).catch(() => undefined);
    if (this.isOver) throw new Over();
  }

  /** The first repeat comes soon, as after a lost answer; later ones leave a server that is away alone. */
  #patience(tries: number): [leastMs: number, mostMs: number] {
    return tries === 1 ? [20, 200] : [300, 1200];
  }

  async #try(
    method: string,
    path: string,
    { body, headers }: { body: unknown; headers: Record<string, string> },
  ) {
    if (this.isOver) throw new Over();
    this.ledger.requests += 1;
    const patience = this.dice.chance(IMPATIENT) ? this.dice.between(2, 40) : TIMEOUT_MS;
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${this.#baseUrl}/api/v3${path}`, {
        method,
        headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.#over, AbortSignal.timeout(patience)]),
      });
      status = response.status;
      text = await response.text();
    } catch {
      return undefined;
    }
    if (status === 503) return undefined;
    const parsed = parse(text);
    this.ledger.answers += status < 400 ? 1 : 0;
    if (status < 400) return { ok: true, body: parsed, code: "" };
    const refusal = refusalShape.safeParse(parsed);
    // Not in our words: the local proxy's, whose server is gone.
    if (!refusal.success) return undefined;
    const { code, message } = refusal.data;
    this.ledger.refused(code);
    if (status >= 500) this.ledger.violations.push(`${method} ${path} was answered ${status}: ${message}`);
    return { ok: false, body: parsed, code };
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
