import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { LiveUpdates } from "../../src/index.ts";
import { FAR_START } from "../lease-client.ts";
import { shareClock } from "../push/socket-client.ts";
import { World, type WorldOptions } from "../world.ts";
import { Visitor } from "./visitor.ts";

const ORIGIN = "https://muster.test";

/** The object that has the sockets of all pages. */
export const objectOf = () => env.LIVE_UPDATES.getByName("all");

/** A world so far ahead that no alarm fires by itself, whose clock the object shares. */
export const farWorld = (options: WorldOptions = {}): World => {
  const world = shareClock(new World({ now: FAR_START, ...options }));
  Reflect.set(LiveUpdates.prototype, "clock", () => world.now);
  return world;
};

/** A page's socket. */
export class Page {
  readonly #socket: WebSocket;
  told = 0;
  pongs = 0;
  code: number | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") this.pongs += 1;
      else {
        expect(data).toBe('{"type":"changed"}');
        this.told += 1;
      }
    });
    socket.addEventListener("close", ({ code }) => {
      this.code = code;
      if (socket.readyState !== WebSocket.CLOSED) socket.close();
    });
    socket.accept();
  }

  say(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close(1000, "over");
  }

  /** How often it was told since the last call; what was said before is counted. */
  async takeTold(): Promise<number> {
    const before = this.pongs;
    this.say("ping");
    await expect.poll(() => this.pongs).toBeGreaterThan(before);
    const { told } = this;
    this.told = 0;
    return told;
  }
}

/** Asks for a page's socket, with the visitor's cookies. */
export const ask = (visitor: Visitor, headers: Record<string, string> = {}): Promise<Response> =>
  visitor.world.upgrade("/console/live", {
    token: null,
    headers: {
      Cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      Origin: ORIGIN,
      Upgrade: "websocket",
      ...headers,
    },
  });

/** A page of this visitor, with its socket. */
export const open = async (visitor: Visitor): Promise<Page> => {
  const { status, webSocket } = await ask(visitor);
  if (!webSocket) throw new Error(`no socket: ${status}`);
  return new Page(webSocket);
};

/** The page of a session of its own, with the world's admin token unless given. */
export const openAs = async (world: World, token?: string): Promise<Page> =>
  open(await Visitor.in(world, token));
