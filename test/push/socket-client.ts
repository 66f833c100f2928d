import { z } from "zod";
import { HostObject, TokenHosts } from "../../src/index.ts";
import type { RequestOptions, World } from "../world.ts";

const message = z.looseObject({ type: z.string(), id: z.int().optional(), to: z.int().optional() });
export type Message = z.output<typeof message>;

const answered = z.looseObject({ status: z.int(), body: z.looseObject({}) });
const offered = z.object({
  id: z.int(),
  leases: z.array(
    z.looseObject({
      lease_id: z.string(),
      attempt: z.int(),
      job: z.looseObject({ job_id: z.int(), project_id: z.int() }),
    }),
  ),
});
export type Offered = z.output<typeof offered>["leases"][number];

/** Lets the objects of hosts and of tokens use this world's clock. */
export const shareClock = (world: World): World => {
  for (const { prototype } of [HostObject, TokenHosts]) Reflect.set(prototype, "clock", () => world.now);
  return world;
};

const SLOW_MS = 5000;
const UPGRADE = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "muster.v1" };

export const socketPath = (hostId: number): string => `/api/v3/automation/hosts/${hostId}/socket`;

/** Asks for a socket of a host. */
export const askForSocket = (
  world: World,
  hostId: number,
  { headers, ...options }: RequestOptions = {},
  query = "",
): Promise<Response> =>
  world.upgrade(`${socketPath(hostId)}${query}`, { ...options, headers: { ...UPGRADE, ...headers } });

/** One process of a host on its socket, as a client of the product. */
export class HostSocket {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  closed: { code: number; reason: string } | undefined;
  /** How many messages were answered, where a test does that itself. */
  acknowledged = 0;
  #seen = 0;
  #id = 0;
  #changed = () => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string" || data === "pong") return;
      this.messages.push(message.parse(JSON.parse(data)));
      this.#changed();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      // The platform answers a close for a client only if it is a program of its own.
      if (this.socket.readyState !== WebSocket.CLOSED) this.socket.close();
      this.#changed();
    });
    socket.accept();
  }

  static async open(world: World, hostId: number, options: RequestOptions = {}): Promise<HostSocket> {
    const { status, webSocket } = await askForSocket(world, hostId, options);
    if (!webSocket) throw new Error(`no socket: ${status}`);
    return new HostSocket(webSocket);
  }

  /** Opens a socket and says hello on it. */
  static async ready(
    world: World,
    hostId: number,
    facts: Record<string, unknown> = {},
    options?: RequestOptions,
  ): Promise<HostSocket> {
    const host = await HostSocket.open(world, hostId, options);
    await host.ask("hello", { owner: "process 1", slots: 1, ...facts });
    await host.received("settings");
    return host;
  }

  /** The platform's answer to a keep-alive is the only one that is not a message. */
  keepAlive(): void {
    this.socket.send("ping");
  }

  /** Sends a message whose answer is not awaited here; returns its id. */
  say(type: string, facts: { id?: number; [name: string]: unknown } = {}): number {
    this.#id += 1;
    const { id = this.#id } = facts;
    this.socket.send(JSON.stringify({ type, id, ...facts }));
    return id;
  }

  async ask(type: string, facts: { id?: number; [name: string]: unknown } = {}) {
    const before = facts.id === undefined ? 0 : this.#answersTo(facts.id).length;
    return this.answerTo(this.say(type, facts), before);
  }

  /** The answer to a message, after so many others to it. */
  async answerTo(id: number, before = 0) {
    return answered.parse(await this.#until(() => this.#answersTo(id)[before]));
  }

  /** The same; undefined if the socket is closed before it comes. However long that takes. */
  async answerUnlessClosed(id: number, before = 0) {
    const found = await this.#until(() => this.#answersTo(id)[before] ?? this.closed, Infinity);
    return "code" in found ? undefined : answered.parse(found);
  }

  #answersTo(id: number): Message[] {
    return this.messages.filter(({ to }) => to === id);
  }

  /** The next message of a type that was not looked at yet. */
  async received(type: string): Promise<Message> {
    const found = await this.#until(() => {
      const place = this.messages.findIndex((each, at) => at >= this.#seen && each.type === type);
      if (place < 0) return undefined;
      this.#seen = place + 1;
      return this.messages[place];
    });
    if (found.id !== undefined && this.socket.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify({ type: "answer", to: found.id }));
    return found;
  }

  /** The leases of the next offer. */
  async offered(): Promise<Offered[]> {
    return offered.parse(await this.received("offer")).leases;
  }

  /** The leases of all offers that came since the last call; each offer is answered. */
  takeOffers(): Offered[] {
    const came = this.messages.slice(this.#seen).filter(({ type }) => type === "offer");
    this.#seen = this.messages.length;
    if (!this.closed) for (const { id } of came) this.socket.send(JSON.stringify({ type: "answer", to: id }));
    return came.flatMap((each) => offered.parse(each).leases);
  }

  accept({ lease_id, job: { job_id, project_id } }: Offered) {
    return this.ask("accept", { lease_id, job_id, project_id });
  }

  report({ lease_id, job: { job_id, project_id } }: Offered, status: string) {
    return this.ask("report", { lease_id, job_id, project_id, status });
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return this.#until(() => this.closed);
  }

  /** Waits until earlier messages are handled: a later one is answered. It is of no known type, and does nothing. */
  async settled(): Promise<void> {
    await this.ask("unheard-of");
  }

  offers(): number {
    return this.messages.filter(({ type }) => type === "offer").length;
  }

  async #until<Found>(find: () => Found | undefined, slowMs = SLOW_MS): Promise<Found> {
    const from = Date.now();
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (Date.now() - from > slowMs)
        throw new Error(`nothing came: ${JSON.stringify({ closed: this.closed, messages: this.messages })}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
        setTimeout(resolve, 100);
      });
    }
  }
}
