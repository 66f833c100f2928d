import { createServer, type Server } from "node:http";

/**
 * Serves the details of each run's job over HTTP on the loopback interface, as the vendor's host does for the
 * scripts of its Shell Agent: `QTE_SCHEDULED_TX_DATA` is a URL. The URL is unguessable and lives as long as
 * the run.
 */
export class JobDetails {
  readonly #details = new Map<string, object>();
  readonly #server: Server;
  #port: number | undefined;

  constructor() {
    this.#server = createServer(({ url }, answer) => {
      const found = this.#details.get((url ?? "").split("/").at(-1) ?? "");
      answer.writeHead(found ? 200 : 404, { "Content-Type": "application/json" });
      answer.end(JSON.stringify(found ?? { message: "no run of this host has that name" }));
    });
  }

  /** If no port can be opened, runs get no URL. */
  async open(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.once("error", () => done());
      this.#server.listen(0, "127.0.0.1", done);
    });
    this.#server.unref();
    const address = this.#server.address();
    this.#port = typeof address === "object" && address ? address.port : undefined;
  }

  /** The URL of these details from now on; undefined if there is no server. */
  serve(name: string, details: object): string | undefined {
    if (this.#port === undefined) return undefined;
    this.#details.set(name, details);
    return `http://127.0.0.1:${this.#port}/job-detail/${name}`;
  }

  forget(name: string): void {
    this.#details.delete(name);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
