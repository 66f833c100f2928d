import { MAX_MESSAGE_BYTES, MAX_MESSAGES_A_SECOND, SUBPROTOCOL } from "../wire/socket-messages.ts";
import { firstExpiry } from "./lease-rules.ts";
import { answeringCode } from "./socket-codes.ts";
import { readMessage, refusedWith } from "./socket-input.ts";
import { SocketLooks } from "./socket-looks.ts";
import type { SocketParts } from "./socket-parts.ts";
import { SocketReplies } from "./socket-replies.ts";
import { deadlineOfSession, HELLO_MS, isReady, type Session } from "./socket-session.ts";
import { SocketTokens } from "./socket-tokens.ts";

/** How many sockets may be open, those without a hello included. */
const MAX_OPEN = 8;
/** The platform refuses alarms that are much later. */
const LAST_ALARM = Date.UTC(2180, 0);

const bytesOf = (data: string | ArrayBuffer): number =>
  typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;

/**
 * The sockets of one host: limits, order of messages, dispatch. Changes of the object happen in one
 * synchronous turn. Messages that need D1 are handled in order for one lease, and may be overtaken by those
 * of other leases.
 */
export class Sockets {
  readonly #parts: SocketParts;
  readonly #tokens: SocketTokens;
  readonly #looks: SocketLooks;
  readonly #replies: SocketReplies;
  /** Messages in the current second, by socket. */
  readonly #counted = new Map<string, { second: number; messages: number }>();

  constructor(parts: SocketParts) {
    this.#parts = parts;
    this.#tokens = new SocketTokens(parts);
    this.#looks = new SocketLooks(parts, this.#tokens);
    this.#replies = new SocketReplies(parts, this.#tokens, this.#looks);
  }

  /** Accepts a socket whose token and host the Worker has checked. */
  accept(session: Session): Response {
    const { list, setAlarm } = this.#parts;
    if (list.open().length >= MAX_OPEN) return new Response(null, { status: 429 });
    const { 0: client, 1: server } = new WebSocketPair();
    list.accept(server, session);
    setAlarm();
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL },
    });
  }

  /** When the alarm must check the sockets; null: never. */
  nextAlarm(): number | null {
    const { list, leases } = this.#parts;
    if (list.isEmpty) return null;
    const open = list.open();
    const expiry = open.some(({ session }) => isReady(session)) ? firstExpiry(leases.unaccepted()) : null;
    const at = Math.min(...open.map(({ session }) => deadlineOfSession(session, expiry)));
    return at === Infinity ? null : Math.min(at, LAST_ALARM);
  }

  /** Does what is due at `now`. */
  async alarm(now: number): Promise<void> {
    const { list } = this.#parts;
    if (list.isEmpty) return;
    for (const { socket, session } of list.open())
      if (!session.hello && session.openedAt + HELLO_MS <= now) list.close(socket, "no_hello");
    await this.#tokens.checkDue(now);
    this.#looks.expire(now);
    await this.#looks.look();
  }

  /** Jobs of the host may be due from `at` on. */
  async expectJobs(at: number): Promise<void> {
    const { list, clock, setAlarm } = this.#parts;
    if (list.isEmpty) return;
    this.#looks.expectAt(at);
    if (at > clock()) setAlarm();
    else await this.#looks.look();
  }

  /** Tokens of the host are about to change, or have changed. */
  expectTokens(ended: boolean): void {
    if (this.#parts.list.isEmpty) return;
    this.#tokens.changed(ended);
    this.#parts.setAlarm();
  }

  /** A token may have changed. Returns how many sockets it opened that are still open. */
  tokenChanged(tokenId: number): number {
    const sockets = this.#tokens.mustRead(tokenId);
    if (sockets > 0) this.#parts.setAlarm();
    return sockets;
  }

  async message(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const { list, clock, object, timingAt } = this.#parts;
    const now = clock();
    const open = list.change(socket, { heardAt: now });
    if (!open) return;
    if (bytesOf(data) > MAX_MESSAGE_BYTES) return list.close(socket, "too_large");
    if (this.#isOverRate(open.session.id, now)) return list.close(socket, "too_many_messages");
    const read = typeof data === "string" ? readMessage(data) : undefined;
    if (!read) return list.close(socket, "malformed");
    object.heard(timingAt(now));
    if ("refused" in read) return list.answer(socket, read.to, read.refused);
    const { said } = read;
    if (said.type === "hello") return this.#replies.hello(open, said);
    if (!open.session.hello) {
      if (said.type !== "answer")
        list.answer(socket, said.id, refusedWith(409, "no_hello", "say hello first: whose process this is"));
      return;
    }
    if (said.type === "answer") return this.#replies.answered(open, said.to);
    if (said.type === "ready") return this.#replies.ready(open, said);
    if (said.type === "renew") return this.#replies.renew(open, said);
    return this.#replies.serveInTurn(open, said);
  }

  /** A socket was closed or failed. */
  async closed(socket: WebSocket, code: number): Promise<void> {
    const { list, work, env, clock, setAlarm } = this.#parts;
    const session: Session | undefined = socket.deserializeAttachment() ?? undefined;
    try {
      socket.close(answeringCode(code));
    } catch {
      // It is closed already.
    }
    if (!session) return;
    // Without its session it is not listed as open, and an error and a close of one socket are one loss.
    socket.serializeAttachment(null);
    this.#counted.delete(session.id);
    setAlarm();
    if (list.open().length > 0) return;
    const at = this.#parts.noteLost(clock());
    await work.disconnected(env(), session.hostId, at);
  }

  #isOverRate(id: string, now: number): boolean {
    const second = Math.floor(now / 1000);
    const before = this.#counted.get(id);
    const messages = before?.second === second ? before.messages + 1 : 1;
    this.#counted.set(id, { second, messages });
    return messages > MAX_MESSAGES_A_SECOND;
  }
}
