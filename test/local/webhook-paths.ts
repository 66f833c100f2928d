import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";
import { freePort } from "./checkout.ts";

/** What came to one path of the receiver: each request's id and when it came; epoch milliseconds. */
export interface Got {
  id: string;
  type: string;
  subject: number;
  at: number;
}

type Answering = (response: ServerResponse, request: IncomingMessage) => void;

/** Takes what comes. */
export const well: Answering = (response) => response.writeHead(204).end();

/** A receiver on this machine; each webhook has a path of its own there. */
export class Paths {
  readonly got = new Map<string, Got[]>();
  readonly answers = new Map<string, Answering>();
  /** Requests to elsewhere, where only a redirect leads. */
  strayed = 0;
  port = 0;
  readonly #server = createServer((request, response) => {
    const path = request.url ?? "";
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (path === "/elsewhere") this.strayed += 1;
      const { type, data } = z
        .object({ type: z.string(), data: z.looseObject({ job: z.looseObject({ id: z.int() }).optional() }) })
        .parse(JSON.parse(body));
      const id = String(request.headers["webhook-id"]);
      this.of(path).push({ id, type, subject: data.job?.id ?? 0, at: Date.now() });
      (this.answers.get(path) ?? well)(response, request);
    });
  });

  of(path: string): Got[] {
    const got = this.got.get(path) ?? [];
    this.got.set(path, got);
    return got;
  }

  async open(): Promise<void> {
    this.port = await freePort();
    await new Promise<void>((listening) => {
      this.#server.listen(this.port, "127.0.0.1", listening);
    });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
