/** One request's wait for moves of a job. A job that moves is told on a socket, so that waiting costs nothing. */
export class JobWatch {
  readonly #socket: WebSocket | null;
  #isOpen: boolean;
  #moved = false;
  #wake: () => void = () => undefined;

  /** Without a socket nothing is told. */
  constructor(socket: WebSocket | null) {
    this.#socket = socket;
    this.#isOpen = socket !== null;
    if (!socket) return;
    socket.accept();
    socket.addEventListener("message", () => {
      this.#moved = true;
      this.#wake();
    });
    // What was told while the object was away is not known: the job is looked at once more.
    for (const event of ["close", "error"] as const)
      socket.addEventListener(event, () => {
        this.#isOpen = false;
        this.#moved = true;
        this.#wake();
      });
  }

  /** Whether a move would be told. */
  get isTold(): boolean {
    return this.#isOpen;
  }

  /** Resolves when the job has moved since the last call, or after `ms`. */
  async moved(ms: number): Promise<void> {
    if (!this.#moved) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#moved = false;
  }

  /** Ends the wait: a pending `moved` resolves. */
  close(): void {
    this.#wake();
    try {
      this.#socket?.close(1000);
    } catch {
      // It is closed already.
    }
  }
}
