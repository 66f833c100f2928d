import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { until } from "../local/checkout.ts";
import type { OnFinished } from "./host-process.ts";
import { service } from "./service.ts";

/** What may happen to a request between a host and the service. */
export type Fate =
  | "pass"
  /** The connection ends before the service hears anything. */
  | "cut"
  /** The service hears it, and its answer never comes. */
  | "deaf"
  | "503"
  | "429"
  /** A proxy's own page. */
  | "page"
  /** Half of the service's answer. */
  | "half";

export interface Passing {
  method: string;
  path: string;
  body: string;
  fate: Fate;
  /** The service has answered it, or never hears of it. */
  isOver: boolean;
}

/** The line between a host and the service, which does to each request what the test says. */
export class BadLine {
  readonly seen: Passing[] = [];
  fate: (method: string, path: string, body: string) => Fate = () => "pass";
  /** What becomes of sockets: as with most proxies that know none, there are none. */
  sockets: "none" | "pass" = "none";
  readonly #passing = new Set<Duplex>();
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((incoming, answer) => void this.#take(incoming, answer));
    this.#server.on("upgrade", (incoming, socket) => this.#upgrade(incoming, socket));
  }

  static async open(onTestFinished: OnFinished): Promise<BadLine> {
    const line = new BadLine();
    await new Promise<void>((listening) => line.#server.listen(0, "127.0.0.1", listening));
    const address = line.#server.address();
    line.#port = typeof address === "object" && address ? address.port : 0;
    onTestFinished(async () => {
      line.cutSockets();
      line.#server.closeAllConnections();
      line.#server.close();
    });
    return line;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends all sockets without a word. */
  cutSockets(): void {
    for (const socket of this.#passing) socket.destroy();
    this.#passing.clear();
  }

  #upgrade({ method = "", url = "", rawHeaders }: IncomingMessage, socket: Duplex): void {
    const { sockets } = this;
    this.seen.push({ method, path: url, body: "", fate: sockets === "pass" ? "pass" : "cut", isOver: true });
    if (sockets === "none") return void socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    const onward = connect(Number(new URL(service.address).port), "127.0.0.1");
    for (const each of [socket, onward]) {
      this.#passing.add(each);
      each.on("error", () => undefined);
    }
    const lines = rawHeaders.flatMap((text, place) =>
      place % 2 === 0 ? [`${text}: ${rawHeaders[place + 1]}`] : [],
    );
    onward.write([`${method} ${url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    onward.pipe(socket).pipe(onward);
  }

  /** Waits until such a request has met its fate, and its answer is gone one way or another. */
  async passes(fits: (method: string, path: string, body: string) => boolean): Promise<void> {
    await until("such a request comes", () =>
      this.seen.some(({ method, path, body, isOver }) => isOver && fits(method, path, body)),
    );
  }

  async #take(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming;
    let body = "";
    for await (const part of incoming.setEncoding("utf8")) body += part;
    const fate = this.fate(method, url, body);
    const passing: Passing = { method, path: url, body, fate, isOver: fate === "cut" };
    this.seen.push(passing);
    if (fate === "cut") return void incoming.socket.destroy();
    if (fate === "503") return void answer.writeHead(503).end("{}");
    if (fate === "429")
      return void answer.writeHead(429, { "Retry-After": "1" }).end('{"message":"too many"}');
    if (fate === "page")
      return void answer.writeHead(200, { "Content-Type": "text/html" }).end("<html>Sign in</html>");
    const onward = request(`${service.address}${url}`, { method, headers }, (reply) => {
      const parts: Buffer[] = [];
      reply.on("data", (part: Buffer) => parts.push(part));
      reply.on("end", () => {
        const whole = Buffer.concat(parts);
        passing.isOver = true;
        if (fate === "deaf") return void incoming.socket.destroy();
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        if (fate === "pass") return void answer.end(whole);
        answer.write(whole.subarray(0, whole.length / 2), () => incoming.socket.destroy());
      });
    });
    onward.on("error", () => incoming.socket.destroy());
    onward.end(body);
  }
}

/** A request that says how a job stands. */
export const isReport = (status: string) => (method: string, path: string, body: string) =>
  method === "PUT" && path.endsWith("/status") && body.includes(`"${status}"`);
