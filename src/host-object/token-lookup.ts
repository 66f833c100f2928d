import { type CallHost, ifAvailable } from "./client.ts";
import { callObject, tokenReplyIn } from "./prefetch.ts";
import type { KnownToken, ObjectCall, Prefetched } from "./protocol.ts";

/**
 * Looks a token up in the object of the host that a request is for. The lookup travels with the request's own
 * call of the object: both succeed, or neither.
 */
export class TokenLookup {
  /** The call that was made; its token was valid. */
  prefetched: Prefetched | undefined;
  /** The object's answer about the secret. It is asked once. */
  #answer: { epoch: string | null } | undefined;
  readonly #host: CallHost;
  readonly #objectCall: ObjectCall;

  constructor(host: CallHost, objectCall: ObjectCall) {
    this.#host = host;
    this.#objectCall = objectCall;
  }

  /** The token of a secret's digest, with its host; undefined if the object does not know it. `limit`: the only host that can know it. */
  async find(
    digest: string,
    limit: number | undefined,
  ): Promise<(KnownToken & { hostId: number }) | undefined> {
    const { host } = this.#objectCall;
    if (this.#answer || (limit !== undefined && limit !== host)) return undefined;
    this.#answer = { epoch: null };
    const answer = await ifAvailable(callObject(this.#host, this.#objectCall, digest));
    if (!answer) return undefined;
    const { token, epoch } = tokenReplyIn(answer.reply);
    this.#answer = { epoch };
    if (!token) return undefined;
    this.prefetched = { objectCall: this.#objectCall, reply: answer.reply };
    return { ...token, hostId: host };
  }

  /**
   * Caches in the object a token that D1 found and the object did not know, if it is limited to that host.
   */
  async store(digest: string, limit: number | null, token: KnownToken): Promise<void> {
    const { host } = this.#objectCall;
    const epoch = this.#answer?.epoch ?? null;
    if (epoch === null || host !== limit) return;
    await ifAvailable(
      this.#host(host, (object, timing) => object.learnToken(epoch, { digest, token }, timing)),
    );
  }
}
