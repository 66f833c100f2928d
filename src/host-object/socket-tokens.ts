import { NOBODY } from "./protocol.ts";
import type { OpenSocket } from "./socket-list.ts";
import type { SocketParts } from "./socket-parts.ts";
import { CHECK_MS, isCheckDue, isLimited } from "./socket-session.ts";

/** When to read a token again if D1 did not answer. */
const RETRY_MS = 5000;

/**
 * Checks the tokens of a host's sockets. The object is notified of each change of a token that is limited to
 * its host, so D1 is read once after each change. Any other token is read again soon after the socket opened,
 * on use, at most every 30 s, and when the token's own object says that it changed.
 */
export class SocketTokens {
  readonly #parts: SocketParts;

  constructor(parts: SocketParts) {
    this.#parts = parts;
  }

  /** Whether the socket's token is valid. Closes the socket if it is not. Throws `unavailable`. */
  async check({ socket, session }: OpenSocket): Promise<boolean> {
    const { cache, list, work, env, clock } = this.#parts;
    const { digest } = session;
    if (digest === null) return true;
    const now = clock();
    const limited = isLimited(session);
    const known = limited ? cache.findToken(digest, now) : NOBODY;
    if (known.token) return true;
    if (!limited && !isCheckDue(session, now)) return true;
    const retryAt = now + RETRY_MS;
    if (!limited) list.change(socket, { checkBy: retryAt });
    const token = await work.findToken(env(), digest, now);
    if (!token) {
      list.close(socket, "unauthorized");
      return false;
    }
    const { tokenId, name, projectIds, replacedAt, expiresAt } = token;
    if (known.epoch !== null)
      cache.learnToken(
        known.epoch,
        { digest, token: { tokenId, name, projectIds, replacedAt, expiresAt } },
        now,
      );
    const { checkBy: setMeanwhile = null } = list.of(socket)?.session ?? {};
    // The token may change after this read, or have changed during it.
    const mustReadAgain = limited ? cache.isChanging(now) : setMeanwhile !== retryAt;
    const checkBy = mustReadAgain ? (limited ? now + CHECK_MS : setMeanwhile) : null;
    return list.change(socket, { token, checkedAt: now, checkBy }) !== undefined;
  }

  /** The same without waiting, for a message that is answered without D1. */
  checkLater(open: OpenSocket): void {
    const { digest, checkBy } = open.session;
    if (digest === null || (checkBy === null && !isCheckDue(open.session, this.#parts.clock()))) return;
    void this.#tryToCheck(open);
  }

  /** Tokens of the host are about to change, or have changed. */
  changed(ended: boolean): void {
    const { list, clock } = this.#parts;
    const checkBy = clock() + (ended ? 0 : CHECK_MS);
    for (const { socket, session } of list.open()) if (isLimited(session)) list.change(socket, { checkBy });
  }

  /** A token may have changed: its sockets must read it again. Returns how many there are. */
  mustRead(tokenId: number): number {
    const { list, clock } = this.#parts;
    const its = list
      .open()
      .filter(({ session }) => session.digest !== null && session.token.tokenId === tokenId);
    for (const { socket } of its) list.change(socket, { checkBy: clock() });
    return its.length;
  }

  /** Checks the tokens whose time has come. */
  async checkDue(now: number): Promise<void> {
    for (const open of this.#parts.list.open()) {
      const { digest, token, checkBy } = open.session;
      const ends = Math.min(token.replacedAt ?? Infinity, token.expiresAt ?? Infinity);
      if (digest !== null && (ends <= now || (checkBy !== null && checkBy <= now)))
        await this.#tryToCheck(open);
    }
  }

  async #tryToCheck(open: OpenSocket): Promise<void> {
    const { list, clock, setAlarm } = this.#parts;
    const checked = await this.check(open).then(
      () => true,
      () => false,
    );
    const { checkBy } = list.of(open.socket)?.session ?? {};
    if (!checked) list.change(open.socket, { checkBy: clock() + RETRY_MS });
    else if (checkBy !== null && checkBy !== undefined && checkBy <= clock())
      list.change(open.socket, { checkBy: null });
    setAlarm();
  }
}
