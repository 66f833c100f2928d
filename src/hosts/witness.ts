import type { ReachHost } from "../env.ts";
import { unlessAway } from "./announce.ts";
import { type Early, type Errand, judgedIn, runErrand } from "./early.ts";
import type { KnownToken } from "./object-replies.ts";

/**
 * The object of the host that a request is for: it may know whom a secret speaks for. It is asked together with
 * what the request asks it for anyway, and answers both or neither.
 */
export class Witness {
  /** The errand that was run, its token being good. */
  early: Early | undefined;
  /** What it said of the secret that it was asked about; it is asked once. */
  #heard: { epoch: string | null } | undefined;
  readonly #host: ReachHost;
  readonly #errand: Errand;

  constructor(host: ReachHost, errand: Errand) {
    this.#host = host;
    this.#errand = errand;
  }

  /** Whom a secret speaks for, by its digest, and its host; undefined where the object can't say. `limit`: the only host that may know. */
  async ask(
    digest: string,
    limit: number | undefined,
  ): Promise<(KnownToken & { hostId: number }) | undefined> {
    const { host } = this.#errand;
    if (this.#heard || (limit !== undefined && limit !== host)) return undefined;
    this.#heard = { epoch: null };
    const heard = await unlessAway(runErrand(this.#host, this.#errand, digest));
    if (!heard) return undefined;
    const { token, epoch } = judgedIn(heard.reply);
    this.#heard = { epoch };
    if (!token) return undefined;
    this.early = { errand: this.#errand, told: heard.reply };
    return { ...token, hostId: host };
  }

  /** Lets the object know what D1 said of a secret that it did not know, if it is of a token limited to its host. */
  async teach(digest: string, limit: number | null, token: KnownToken): Promise<void> {
    const { host } = this.#errand;
    const epoch = this.#heard?.epoch ?? null;
    if (epoch === null || host !== limit) return;
    await unlessAway(this.#host(host, (object, moment) => object.learnToken(epoch, digest, token, moment)));
  }
}
