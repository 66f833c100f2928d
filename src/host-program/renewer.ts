import { Worker } from "node:worker_threads";
import type { RenewerNews, RenewerOrder, RenewerStart, Watched } from "./renewer-thread.ts";

export interface RenewerParts {
  /** The path of this program's file, which the thread runs too. */
  program: string;
  start: Omit<RenewerStart, "role">;
  onNews: (news: RenewerNews) => void;
  onDeath: (error: unknown) => void;
}

/** The main thread's side of the thread that renews leases. */
export class Renewer {
  readonly #worker: Worker;

  constructor({ program, start, onNews, onDeath }: RenewerParts) {
    this.#worker = new Worker(program, {
      workerData: { role: "renewer", ...start } satisfies RenewerStart,
      env: {},
      argv: [],
    });
    this.#worker.on("message", onNews);
    this.#worker.on("error", onDeath);
  }

  watch(lease: Watched): void {
    this.#order({ order: "watch", lease });
  }

  forget(leaseId: string): void {
    this.#order({ order: "forget", leaseId });
  }

  useToken(token: string): void {
    this.#order({ order: "token", token });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #order(order: RenewerOrder): void {
    this.#worker.postMessage(order);
  }
}
