import { DurableObject } from "cloudflare:workers";
import { acceptJobSocket, tellJobSockets } from "./job-sockets.ts";
import {
  type Changed,
  type FindSession,
  type LiveProtocol,
  storedProjects,
  type Watcher,
  watchedJobIn,
  watcherIn,
} from "./protocol.ts";

/** How many pages of one session may have a socket. */
const MAX_A_SESSION = 32;
/** How long a check of a session is valid. */
const VALID_MS = 30_000;
/** A page is told at most once in this time. */
const GAP_MS = 500;

const ENDED = { code: 4401, why: "the session has ended" };
const UNEXPECTED = { code: 4400, why: "a page says nothing but ping" };
const CHANGED = JSON.stringify({ type: "changed" });
/** These codes must not be sent. */
const RESERVED_CODES = [1005, 1006, 1015];

interface Open {
  socket: WebSocket;
  watcher: Watcher;
}

const close = (socket: WebSocket, code: number, why?: string): void => {
  try {
    socket.close(code, why);
  } catch {
    // It is closed already.
  }
};

/**
 * The sockets of the console's pages. A page is told that something changed, and not what: it then requests
 * itself again, with its own session. The object sleeps in between; the platform answers keep-alives.
 */
export abstract class LiveSockets extends DurableObject<Env> implements LiveProtocol {
  protected abstract readonly findSession: FindSession;
  /** When each socket was last told; epoch milliseconds. Losing it costs a message. */
  readonly #toldAt = new WeakMap<WebSocket, number>();
  readonly #waiting = new WeakSet<WebSocket>();

  /** Epoch milliseconds. */
  protected abstract clock(): number;

  /** Accepts a page's socket, or that of a request that waits for a job. The Worker has checked who asks. */
  override async fetch(request: Request): Promise<Response> {
    const job = watchedJobIn(request.url);
    if (job) return acceptJobSocket(this.ctx, job);
    const watcher = watcherIn(request.url);
    const { sessionId, until } = watcher;
    if (this.ctx.getWebSockets(sessionId).length >= MAX_A_SESSION) return new Response(null, { status: 429 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [sessionId]);
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    server.serializeAttachment(watcher);
    await this.#wakeAt(until);
    return new Response(null, { status: 101, webSocket: client });
  }

  async changed({ projectId, sessions = false, jobId }: Changed): Promise<void> {
    const now = this.clock();
    if (jobId !== undefined) tellJobSockets(this.ctx, { projectId, jobId });
    const unchecked: Open[] = [];
    for (const open of this.#open()) {
      const { projectIds, checkedAt } = open.watcher;
      const isShown = projectId === null || projectIds === null || projectIds.includes(projectId);
      if (!isShown && !sessions) continue;
      if (sessions || checkedAt + VALID_MS <= now) unchecked.push(open);
      else this.#tell(open.socket);
    }
    for (const socket of await this.#check(unchecked, now)) this.#tell(socket);
  }

  endSession(sessionId: string): void {
    for (const socket of this.ctx.getWebSockets(sessionId)) close(socket, ENDED.code, ENDED.why);
  }

  /** The platform answers "ping" itself. */
  override webSocketMessage(socket: WebSocket): void {
    close(socket, UNEXPECTED.code, UNEXPECTED.why);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    close(socket, RESERVED_CODES.includes(code) ? 1000 : code);
  }

  /** The platform reports a failed socket only here. */
  override webSocketError(socket: WebSocket): void {
    close(socket, 1000);
  }

  /** Closes the sockets of sessions that ended by themselves. */
  override async alarm({ scheduledTime }: AlarmInvocationInfo): Promise<void> {
    const now = Math.max(scheduledTime, this.clock());
    for (const { socket, watcher } of this.#open()) {
      if (watcher.until <= now) close(socket, ENDED.code, ENDED.why);
      else await this.#wakeAt(watcher.until);
    }
  }

  /** Sets the alarm, unless it is set for an earlier time. */
  async #wakeAt(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || at < set) await this.ctx.storage.setAlarm(at);
  }

  #open(): Open[] {
    return this.ctx.getWebSockets().flatMap((socket) => {
      const watcher: Watcher | null = socket.deserializeAttachment();
      return watcher && socket.readyState === WebSocket.OPEN ? [{ socket, watcher }] : [];
    });
  }

  /** Checks sessions, and closes the sockets of those that have ended. Returns the others. Each session is read once. */
  async #check(unchecked: readonly Open[], now: number): Promise<WebSocket[]> {
    const bySession = Map.groupBy(unchecked, ({ watcher }) => watcher.sessionId);
    const good: WebSocket[] = [];
    for (const [, [first, ...others]] of bySession) {
      if (!first) continue;
      const found = await this.findSession(this.env, first.watcher, now).catch(() => undefined);
      for (const { socket, watcher } of [first, ...others]) {
        if (found === null) close(socket, ENDED.code, ENDED.why);
        if (!found) continue;
        const { until } = found;
        const projectIds = storedProjects(found.projectIds);
        socket.serializeAttachment({ ...watcher, projectIds, until, checkedAt: now });
        await this.#wakeAt(until);
        good.push(socket);
      }
    }
    return good;
  }

  /** Tells a page now, or after the gap if it was told just before. */
  #tell(socket: WebSocket): void {
    if (this.#waiting.has(socket)) return;
    const now = this.clock();
    if (now - (this.#toldAt.get(socket) ?? 0) >= GAP_MS) this.#send(socket, now);
    else {
      this.#waiting.add(socket);
      setTimeout(() => {
        this.#waiting.delete(socket);
        this.#send(socket, this.clock());
      }, GAP_MS);
    }
  }

  #send(socket: WebSocket, now: number): void {
    this.#toldAt.set(socket, now);
    try {
      socket.send(CHANGED);
    } catch {
      // It is closed.
    }
  }
}
