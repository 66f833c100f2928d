import { NOBODY } from "./protocol.ts";
import type { OpenSocket } from "./socket-list.ts";
import type { SocketParts } from "./socket-parts.ts";
import { isLimited, isVerdictOld, JUDGE_MS } from "./socket-session.ts";

/** How long after D1 did not answer a token is asked for again. */
const RETRY_MS = 5000;

/**
 * Judges the tokens of a host's sockets. Of a token that is limited to the host the object hears each change: D1 is
 * asked once after it. Any other is asked for again when it is used 30 s later.
 */
export class SocketTokens {
  readonly #parts: SocketParts;

  constructor(parts: SocketParts) {
    this.#parts = parts;
  }

  /** Whether a socket may be heeded; one whose token is good no more is closed. Throws `unavailable`. */
  async judge({ socket, session }: OpenSocket): Promise<boolean> {
    const { cache, list, work, env, clock } = this.#parts;
    const { digest } = session;
    if (digest === null) return true;
    const now = clock();
    const limited = isLimited(session);
    const known = limited ? cache.judge(digest, now) : NOBODY;
    if (known.token) return true;
    if (!limited && !isVerdictOld(session, now)) return true;
    const token = await work.findToken(env, digest, now);
    if (!token) {
      list.close(socket, "unauthorized");
      return false;
    }
    const { tokenId, name, projectIds, replacedAt, expiresAt } = token;
    if (known.epoch !== null)
      cache.learnToken(known.epoch, digest, { tokenId, name, projectIds, replacedAt, expiresAt }, now);
    // What is being changed may be changed after this answer was read.
    const judgeBy = limited && cache.isChanging(now) ? now + JUDGE_MS : null;
    return list.change(socket, { token, judgedAt: now, judgeBy }) !== undefined;
  }

  /** The same for a message that is answered without D1: it is not waited for. */
  judgeAfterwards(open: OpenSocket): void {
    const { digest, judgeBy } = open.session;
    if (digest === null || (judgeBy === null && !isVerdictOld(open.session, this.#parts.clock()))) return;
    void this.#tryToJudge(open);
  }

  /** Tokens of the host are about to be changed, or were. */
  changed(ended: boolean): void {
    const { list, clock } = this.#parts;
    const judgeBy = clock() + (ended ? 0 : JUDGE_MS);
    for (const { socket, session } of list.open()) if (isLimited(session)) list.change(socket, { judgeBy });
  }

  /** Judges those whose time has come. */
  async judgeDue(now: number): Promise<void> {
    for (const open of this.#parts.list.open()) {
      const { digest, token, judgeBy } = open.session;
      const ends = Math.min(token.replacedAt ?? Infinity, token.expiresAt ?? Infinity);
      if (digest !== null && (ends <= now || (judgeBy !== null && judgeBy <= now)))
        await this.#tryToJudge(open);
    }
  }

  async #tryToJudge(open: OpenSocket): Promise<void> {
    const { list, clock, setAlarm } = this.#parts;
    const judged = await this.judge(open).then(
      () => true,
      () => false,
    );
    const { judgeBy } = list.of(open.socket)?.session ?? {};
    if (!judged) list.change(open.socket, { judgeBy: clock() + RETRY_MS });
    else if (judgeBy !== null && judgeBy !== undefined && judgeBy <= clock())
      list.change(open.socket, { judgeBy: null });
    setAlarm();
  }
}
