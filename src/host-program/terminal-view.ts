import { printable, spanOf } from "../programs/screen.ts";
import type { Emit, HostEvent, RunFacts } from "./events.ts";
import { lineOf, nameOf } from "./plain-view.ts";

export interface Screen {
  write: (text: string) => void;
  columns: () => number;
  colours: boolean;
}

interface Shown {
  run: RunFacts;
  since: number;
  lastMs: number | null;
  lastLine: string;
}

const REDRAW_MS = 250;
const ESCAPE = "\u001b[";
const COLOURS = { COMPLETED: 32, FAILED: 31, CANCELLED: 33 } as const;

/** The view on a terminal: events scroll by, above a line per running job with its age and last output. */
export class TerminalView {
  readonly #screen: Screen;
  readonly #verbose: boolean;
  readonly #running = new Map<string, Shown>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen, verbose: boolean) {
    this.#screen = screen;
    this.#verbose = verbose;
  }

  readonly emit: Emit = (event) => {
    this.#note(event);
    const line = lineOf(event, this.#verbose);
    if (line !== null) this.#print(event, line);
    if (this.#running.size > 0) this.#timer ??= setInterval(() => this.#redraw(), REDRAW_MS).unref();
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  };

  #note(event: HostEvent): void {
    if (event.event === "run_started") {
      const { run, lastMs } = event;
      this.#running.set(keyOf(run), { run, since: Date.now(), lastMs, lastLine: "" });
    } else if (event.event === "output") {
      const shown = this.#running.get(keyOf(event.run));
      if (shown && event.line.trim() !== "") shown.lastLine = printable(event.line).trim();
    } else if (event.event === "run_ended") this.#running.delete(keyOf(event.run));
  }

  #print(event: HostEvent, line: string): void {
    const colour = event.event === "run_ended" ? Reflect.get(COLOURS, event.status) : undefined;
    const shown = this.#verbose && event.event === "output" ? printable(line) : line;
    const coloured =
      this.#screen.colours && colour !== undefined ? `${ESCAPE}${String(colour)}m${shown}${ESCAPE}0m` : shown;
    this.#screen.write(`${this.#cleared()}${coloured}\n${this.#lines()}`);
  }

  #redraw(): void {
    this.#screen.write(`${this.#cleared()}${this.#lines()}`);
  }

  /** Erases the lines that were drawn last. */
  #cleared(): string {
    const cleared = this.#drawn === 0 ? "" : `${ESCAPE}${this.#drawn}A${ESCAPE}0J`;
    this.#drawn = 0;
    return cleared;
  }

  #lines(): string {
    const lines = [...this.#running.values()].map(({ run, since, lastMs, lastLine }) => {
      const last = lastMs === null ? "" : ` of ${spanOf(lastMs)}`;
      return `  ${nameOf(run)}  ${spanOf(Date.now() - since)}${last}  ${lastLine}`.slice(
        0,
        this.#screen.columns() - 1,
      );
    });
    this.#drawn = lines.length;
    return lines.map((line) => `${line}\n`).join("");
  }
}

const keyOf = ({ job, attempt }: RunFacts): string => `${job} ${attempt}`;
