import { WebSocket } from "ws";
import { reasonOf } from "../programs/plain-error.ts";
import { type ClientSettings, Unanswered } from "./service-client.ts";
import type { FromService, ToService } from "./service-types.ts";

const SUBPROTOCOL = "muster.v1";
/** The largest message accepted: larger than a full offer. */
const MAX_PAYLOAD = 64 * 1024 * 1024;
/** The interval until the service sends its own. */
const KEEP_ALIVE_MS = 30_000;

/** A message without its id, which the socket adds. */
type Unnumbered<Message> = Message extends { id: number } ? Omit<Message, "id"> : never;
export type HostMessage = Unnumbered<ToService>;

/** The service's answer to one message. */
export interface Answered {
  status: number;
  body: unknown;
}

export interface SocketNews {
  onMessage: (message: Exclude<FromService, { type: "answer" }>) => void;
  onClosed: (why: string) => void;
}

const messageIn = (text: string): FromService | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value
      ? (value as FromService)
      : undefined;
  } catch {
    return undefined;
  }
};

/** A host's socket to the service. It is used until it closes. */
export class ServiceSocket {
  readonly #socket: WebSocket;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, (answer: Answered | Unanswered) => void>();
  #nextId = 1;
  #heardAt = Date.now();
  #keepAlive: NodeJS.Timeout | undefined;
  #isOver = false;

  private constructor(socket: WebSocket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
  }

  /** Opens a host's socket. Throws `Unanswered` if that fails. */
  static async open(
    { url, timeoutMs }: ClientSettings,
    { hostId, token }: { hostId: number; token: string },
    news: SocketNews,
  ): Promise<ServiceSocket> {
    const address = `${url.replace(/^http/, "ws")}/api/v3/automation/hosts/${hostId}/socket`;
    const socket = new WebSocket(address, [SUBPROTOCOL], {
      headers: { Authorization: `Bearer ${token}` },
      handshakeTimeout: timeoutMs,
      maxPayload: MAX_PAYLOAD,
      perMessageDeflate: false,
    });
    const opened = new ServiceSocket(socket, timeoutMs);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      // An unhandled error event would end the program. A close follows each error.
      socket.on("error", (error) => reject(new Unanswered(`no socket: ${reasonOf(error)}`)));
      socket.once("close", (code) => reject(new Unanswered(`no socket: closed with ${code}`)));
    });
    opened.#listen(news);
    return opened;
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a message and returns the answer. Throws `Unanswered` if none comes in time. */
  async request(message: HostMessage): Promise<Answered> {
    const id = this.#nextId++;
    const answer = await new Promise<Answered | Unanswered>((resolve) => {
      if (!this.isOpen) {
        resolve(new Unanswered("the socket is closed"));
        return;
      }
      const late = setTimeout(
        () => resolve(new Unanswered("nothing was answered on the socket")),
        this.#timeoutMs,
      );
      this.#waiting.set(id, (answered) => {
        clearTimeout(late);
        resolve(answered);
      });
      this.#send({ ...message, id });
    });
    this.#waiting.delete(id);
    if (answer instanceof Unanswered) throw answer;
    return answer;
  }

  /** Acknowledges a message of the service. */
  answer(to: number): void {
    this.#send({ type: "answer", to });
  }

  /** Sends a ping at this interval, and closes the socket if nothing comes back. */
  keepAliveEvery(ms: number): void {
    clearInterval(this.#keepAlive);
    this.#keepAlive = setInterval(() => {
      if (Date.now() - this.#heardAt > 2 * ms + this.#timeoutMs) this.#socket.terminate();
      else this.#send("ping");
    }, ms).unref();
  }

  close(): void {
    this.#socket.close(1000, "over");
    setTimeout(() => this.#socket.terminate(), this.#timeoutMs).unref();
  }

  #listen(news: SocketNews): void {
    this.keepAliveEvery(KEEP_ALIVE_MS);
    this.#socket.on("message", (data, isBinary) => {
      this.#heardAt = Date.now();
      const message = isBinary ? undefined : messageIn(String(data));
      if (message?.type === "answer")
        this.#waiting.get(message.to)?.({ status: message.status, body: message.body });
      else if (message) news.onMessage(message);
    });
    this.#socket.once("close", (code, reason) => {
      this.#isOver = true;
      clearInterval(this.#keepAlive);
      for (const wake of this.#waiting.values()) wake(new Unanswered("the socket was closed"));
      news.onClosed(reason.length > 0 ? String(reason) : `closed with ${code}`);
    });
  }

  #send(message: object | "ping"): void {
    if (this.isOpen) this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }
}
