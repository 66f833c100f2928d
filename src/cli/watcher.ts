import { reasonOf } from "../programs/plain-error.ts";
import { spanOf } from "../programs/screen.ts";
import { followLog, writeLog } from "./follow-log.ts";
import { inGithub, withoutCommands } from "./github.ts";
import { connection, type Session, wantsJson } from "./session.ts";
import { hasEnded, type JobRead, type RunPath } from "./wait-for-end.ts";

const REDRAW_MS = 500;
/** Pipelines end jobs that are silent. */
const STILL_MS = 5 * 60_000;
/** How long the end of a log may take to come once its job has ended. */
const LOG_END_MS = 20_000;

const why = ({ history }: JobRead): string => {
  const { reason, note } = history.at(-1) ?? { reason: null, note: null };
  return [reason, note?.split("\n")[0]].filter((each) => each).join(": ");
};

/** Shows what becomes of a run while it is waited for, and its log if that is wanted. */
export class Watcher {
  readonly #session: Session;
  readonly #path: RunPath;
  readonly #began: number;
  readonly #follows: boolean;
  readonly #stopped = new AbortController();
  readonly #redraw: NodeJS.Timeout;
  readonly #still: NodeJS.Timeout;
  #job: JobRead | undefined;
  /** The attempt whose log is followed, and its end. */
  #followed: { attempt: number; over: Promise<number | undefined> } | undefined;
  /** The last character of the log. */
  #last = "\n";
  #resume: () => void = () => undefined;

  constructor(session: Session, path: RunPath, { began, follows }: { began: number; follows: boolean }) {
    this.#session = session;
    this.#path = path;
    this.#began = began;
    this.#follows = follows;
    this.#redraw = setInterval(() => this.#draw(), REDRAW_MS).unref();
    this.#still = setInterval(() => this.#say("still "), STILL_MS).unref();
  }

  note(job: JobRead): void {
    this.#job = job;
    if (wantsJson(this.#session)) {
      const { job_id, status, attempt } = job;
      this.#session.terminal.print(JSON.stringify({ event: "status", job: job_id, status, attempt }));
    } else if (!hasEnded(job)) this.#say("");
    if (this.#follows && job.status === "RUNNING" && this.#followed?.attempt !== job.attempt)
      this.#follow(job.attempt);
  }

  /** Waits for the end of the log, but not for long. */
  async end(): Promise<void> {
    clearInterval(this.#redraw);
    const { signal } = this.#stopped;
    if (this.#follows && !this.#followed && this.#job && this.#job.accepted_at !== null)
      this.#follow(this.#job.attempt);
    if (!this.#followed) return;
    const late = setTimeout(() => this.stop(), LOG_END_MS);
    const { attempt, over } = this.#followed;
    const from = await over;
    const asked = connection(this.#session, { isStream: true, signal });
    // A host sends the end of a log after the end of its run, so that a follower may be told too early that it is over.
    if (from !== undefined)
      await this.#safely(() => writeLog(asked, this.#path, { attempt, from, write: this.#write }));
    if (this.#last !== "\n") this.#write("\n");
    clearTimeout(late);
    this.#resume();
  }

  stop(): void {
    clearInterval(this.#redraw);
    clearInterval(this.#still);
    this.#stopped.abort();
  }

  #write = (text: string): void => {
    this.#session.terminal.write(text);
    this.#last = text.at(-1) ?? this.#last;
  };

  /** Says why the log is not followed further, and goes on. */
  async #safely<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!this.#stopped.signal.aborted)
        this.#session.terminal.say(`the log is not followed further: ${reasonOf(error)}`);
      return undefined;
    }
  }

  #follow(attempt: number): void {
    const { terminal, env } = this.#session;
    const { signal } = this.#stopped;
    const before = this.#followed?.over;
    const asked = connection(this.#session, { isStream: true, signal, patienceMs: 15 * 60_000 });
    if (!before && inGithub(env)) this.#resume = withoutCommands(terminal).resume;
    const over = this.#safely(async () => {
      await before;
      return followLog(asked, this.#path, { attempt, write: this.#write, signal });
    });
    this.#followed = { attempt, over };
  }

  #line(job: JobRead): string {
    const reason = why(job);
    return `job ${job.job_id} ${job.status}${job.attempt > 1 ? `, attempt ${job.attempt}` : ""}${reason === "" ? "" : ` (${reason})`}`;
  }

  #age = (): string => spanOf(performance.now() - this.#began);

  #say(beginning: string): void {
    if (this.#job && !wantsJson(this.#session))
      this.#session.terminal.say(`${beginning}${this.#line(this.#job)}, after ${this.#age()}`);
  }

  #draw(): void {
    if (this.#job && !this.#follows)
      this.#session.terminal.progress(`${this.#line(this.#job)}  ${this.#age()}`);
  }
}
