import { createServer, type Server } from "node:http";

/**
 * Serves what a run is told of its job on the loopback, as the vendor's own host does for the scripts of its Shell Agent,
 * whose `QTE_SCHEDULED_TX_DATA` is an address. Each is served under a name that nobody guesses, as long as its run runs.
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

  /** Where there is no address to be had, runs are told none. */
  async open(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.once("error", () => done());
      this.#server.listen(0, "127.0.0.1", done);
    });
    this.#server.unref();
    const address = this.#server.address();
    this.#port = typeof address === "object" && address ? address.port : undefined;
  }

  /** The address under which this is served from now on; undefined where there is none. */
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
