import { NOBODY } from "./protocol.ts";
import type { OpenSocket } from "./socket-list.ts";
import type { SocketParts } from "./socket-parts.ts";
import { isLimited, isVerdictOld, JUDGE_MS } from "./socket-session.ts";

/** When to read a token again if D1 did not answer. */
const RETRY_MS = 5000;

/**
 * Checks the tokens of a host's sockets. The object is notified of each change of a token that is limited to
 * its host, so D1 is read once after each change. Any other token is read again on use, at most every 30 s.
 */
export class SocketTokens {
  readonly #parts: SocketParts;

  constructor(parts: SocketParts) {
    this.#parts = parts;
  }

  /** Whether the socket's token is valid. Closes the socket if it is not. Throws `unavailable`. */
  async judge({ socket, session }: OpenSocket): Promise<boolean> {
    const { cache, list, work, env, clock } = this.#parts;
    const { digest } = session;
    if (digest === null) return true;
    const now = clock();
    const limited = isLimited(session);
    const known = limited ? cache.judge(digest, now) : NOBODY;
    if (known.token) return true;
    if (!limited && !isVerdictOld(session, now)) return true;
    const token = await work.findToken(env(), digest, now);
    if (!token) {
      list.close(socket, "unauthorized");
      return false;
    }
    const { tokenId, name, projectIds, replacedAt, expiresAt } = token;
    if (known.epoch !== null)
      cache.learnToken(known.epoch, digest, { tokenId, name, projectIds, replacedAt, expiresAt }, now);
    // The token may change after this read.
    const judgeBy = limited && cache.isChanging(now) ? now + JUDGE_MS : null;
    return list.change(socket, { token, judgedAt: now, judgeBy }) !== undefined;
  }

  /** The same without waiting, for a message that is answered without D1. */
  judgeAfterwards(open: OpenSocket): void {
    const { digest, judgeBy } = open.session;
    if (digest === null || (judgeBy === null && !isVerdictOld(open.session, this.#parts.clock()))) return;
    void this.#tryToJudge(open);
  }

  /** Tokens of the host are about to change, or have changed. */
  changed(ended: boolean): void {
    const { list, clock } = this.#parts;
    const judgeBy = clock() + (ended ? 0 : JUDGE_MS);
    for (const { socket, session } of list.open()) if (isLimited(session)) list.change(socket, { judgeBy });
  }

  /** Checks the tokens whose time has come. */
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
