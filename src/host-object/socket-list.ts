import type { ServiceMessage } from "../wire/socket-messages.ts";
import { KEEP_ALIVE, KEEP_ALIVE_SECONDS } from "../wire/socket-messages.ts";
import { CLOSINGS, type Closing } from "./socket-codes.ts";
import type { Session } from "./socket-session.ts";

/** An open socket with its session. */
export interface OpenSocket {
  socket: WebSocket;
  session: Session;
}

/** A message without its id: sending it gives it one. */
type Unnumbered<Message> = Message extends { id: number } ? Omit<Message, "id"> : never;
export type Outgoing = Unnumbered<ServiceMessage>;

/** A socket without a sign of life for this long is dead. */
const SILENT_MS = 3 * KEEP_ALIVE_SECONDS * 1000;

const keptOn = (socket: WebSocket): Session | undefined => socket.deserializeAttachment() ?? undefined;

/** The host's sockets, as the platform keeps them. Nothing is cached here. */
export class SocketList {
  readonly #state: DurableObjectState;

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  /** Accepts a socket. The platform answers its keep-alives by itself. */
  accept(socket: WebSocket, session: Session): void {
    this.#state.acceptWebSocket(socket);
    this.#state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(KEEP_ALIVE.ask, KEEP_ALIVE.answer));
    this.keep({ socket, session });
  }

  /** Whether there is no socket, open or closing. */
  get isEmpty(): boolean {
    return this.#state.getWebSockets().length === 0;
  }

  /** The open sockets. The platform also lists those that are closing. */
  open(): OpenSocket[] {
    return this.#state.getWebSockets().flatMap((socket) => this.of(socket) ?? []);
  }

  /** A socket with its current session; undefined if it is not open. */
  of(socket: WebSocket): OpenSocket | undefined {
    if (socket.readyState !== WebSocket.OPEN) return undefined;
    const session = keptOn(socket);
    return session && !session.closed ? { socket, session } : undefined;
  }

  keep({ socket, session }: OpenSocket): void {
    socket.serializeAttachment(session);
  }

  /** Changes fields of a socket's current session. Does nothing if the socket was closed meanwhile. */
  change(socket: WebSocket, changed: Partial<Session>): OpenSocket | undefined {
    const open = this.of(socket);
    if (!open) return undefined;
    const session = { ...open.session, ...changed };
    this.keep({ socket, session });
    return { socket, session };
  }

  /** Sends a message that the process will answer. Returns its id; undefined if the socket is closed. */
  send(socket: WebSocket, message: Outgoing): number | undefined {
    const open = this.of(socket);
    if (!open) return undefined;
    const { nextId: id } = open.session;
    this.keep({ socket, session: { ...open.session, nextId: id + 1 } });
    return this.#write(socket, { ...message, id }) ? id : undefined;
  }

  /** Sends a message to each process that said hello. */
  sendAll(message: Outgoing): void {
    for (const { socket, session } of this.open()) if (session.hello) this.send(socket, message);
  }

  answer(socket: WebSocket, to: number, answer: { status: number; body: object }): void {
    this.#write(socket, { type: "answer", to, ...answer });
  }

  /** Says goodbye and closes the socket. */
  close(socket: WebSocket, closing: Closing): void {
    const { code, why, again } = CLOSINGS[closing];
    const open = this.of(socket);
    if (open?.session.hello) this.send(socket, { type: "goodbye", why, again_after_seconds: again });
    this.change(socket, { closed: true });
    try {
      socket.close(code, why);
    } catch {
      // It is closed already.
    }
  }

  closeAll(closing: Closing): void {
    for (const { socket } of this.open()) this.close(socket, closing);
  }

  /** When the socket last showed a sign of life; epoch milliseconds. */
  heardAt({ socket, session }: OpenSocket): number {
    const answered = this.#state.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    return Math.max(session.heardAt, answered);
  }

  /** When any socket last showed a sign of life; null if none is open. */
  lastHeardAt(): number | null {
    const open = this.open();
    return open.length === 0 ? null : Math.max(...open.map((each) => this.heardAt(each)));
  }

  /** Whether the socket is dead. */
  isSilent(open: OpenSocket, now: number): boolean {
    return this.heardAt(open) < now - SILENT_MS;
  }

  #write(socket: WebSocket, message: object): boolean {
    try {
      socket.send(JSON.stringify(message));
      return true;
    } catch {
      // It is closed; its close handler deals with that.
      return false;
    }
  }
}
