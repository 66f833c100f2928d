import type { ReachHost } from "../env.ts";
import { unlessAway } from "./announce.ts";
import type { Early, Errand } from "./early.ts";
import type { KnownToken, PingReply, QuietReply } from "./object-replies.ts";

/**
 * The object of the host that a request is for: it may know whom a secret speaks for. It is asked together with
 * what the request asks it for anyway, and answers both or neither.
 */
export class Witness {
  /** The errand that was run, its token being good. */
  early: Early | undefined;
  #heard: { host: number; epoch: string | null } | undefined;
  readonly #host: ReachHost;
  readonly #errand: () => Promise<Errand | undefined>;

  constructor(host: ReachHost, errand: () => Promise<Errand | undefined>) {
    this.#host = host;
    this.#errand = errand;
  }

  /** Whom a secret speaks for, by its digest, and its host; undefined where the object can't say. `limit`: the only host that may know. */
  async ask(
    digest: string,
    limit: number | undefined,
  ): Promise<(KnownToken & { hostId: number }) | undefined> {
    const errand = await this.#errand();
    if (!errand || (limit !== undefined && limit !== errand.host)) return undefined;
    const { host } = errand;
    const heard = await unlessAway(this.#run(errand, digest));
    if (!heard) return undefined;
    const { token, epoch } = heard.reply.reply;
    this.#heard = { host, epoch };
    if (!token) return undefined;
    this.early = heard.reply;
    return { ...token, hostId: host };
  }

  /** Lets the object know what D1 said of a secret that it did not know, if it is of a token limited to its host. */
  async teach(digest: string, limit: number | null, token: KnownToken): Promise<void> {
    const { host, epoch } = this.#heard ?? { host: null, epoch: null };
    if (host === null || epoch === null || host !== limit) return;
    await unlessAway(this.#host(host, (object, moment) => object.learnToken(epoch, digest, token, moment)));
  }

  async #run(errand: Errand, digest: string): Promise<Early> {
    const { host } = errand;
    if ("ping" in errand) {
      const reply: PingReply = await this.#host(host, (object, moment) =>
        object.ping(errand.ping, moment, digest),
      );
      return { ...errand, reply };
    }
    const reply: QuietReply = await this.#host(host, (object, moment) =>
      object.quiet(errand.quiet, moment, digest),
    );
    return { ...errand, reply };
  }
}
