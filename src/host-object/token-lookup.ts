import { type CallHost, ifAvailable } from "./client.ts";
import { callObject, tokenReplyIn } from "./prefetch.ts";
import type { KnownToken, ObjectCall, Prefetched } from "./protocol.ts";

/**
 * The object of the host that a request is for: it may know whom a secret speaks for. It is asked together with
 * what the request asks it for anyway, and answers both or neither.
 */
export class TokenLookup {
  /** The call that was made, its token being good. */
  prefetched: Prefetched | undefined;
  /** What it said of the secret that it was asked about; it is asked once. */
  #heard: { epoch: string | null } | undefined;
  readonly #host: CallHost;
  readonly #objectCall: ObjectCall;

  constructor(host: CallHost, objectCall: ObjectCall) {
    this.#host = host;
    this.#objectCall = objectCall;
  }

  /** Whom a secret speaks for, by its digest, and its host; undefined where the object can't say. `limit`: the only host that may know. */
  async ask(
    digest: string,
    limit: number | undefined,
  ): Promise<(KnownToken & { hostId: number }) | undefined> {
    const { host } = this.#objectCall;
    if (this.#heard || (limit !== undefined && limit !== host)) return undefined;
    this.#heard = { epoch: null };
    const heard = await ifAvailable(callObject(this.#host, this.#objectCall, digest));
    if (!heard) return undefined;
    const { token, epoch } = tokenReplyIn(heard.reply);
    this.#heard = { epoch };
    if (!token) return undefined;
    this.prefetched = { objectCall: this.#objectCall, told: heard.reply };
    return { ...token, hostId: host };
  }

  /** Lets the object know what D1 said of a secret that it did not know, if it is of a token limited to its host. */
  async teach(digest: string, limit: number | null, token: KnownToken): Promise<void> {
    const { host } = this.#objectCall;
    const epoch = this.#heard?.epoch ?? null;
    if (epoch === null || host !== limit) return;
    await ifAvailable(this.#host(host, (object, timing) => object.learnToken(epoch, digest, token, timing)));
  }
}
