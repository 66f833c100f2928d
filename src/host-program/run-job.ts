import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../programs/plain-error.ts";
import { Child, type Exit } from "./child.ts";
import type { Emit, HostEvent, RunFacts } from "./events.ts";
import { OUTPUT_LOG } from "./file-sender.ts";
import type { Ending, UnsentFiles } from "./journal.ts";
import { keepFiles } from "./kept-files.ts";
import { sweep } from "./marked-processes.ts";
import { masked } from "./masking.ts";
import { Output, type OutputStream } from "./output.ts";
import { outcomeOf, type Planned, planFor, type RunOutcome, reportsOf } from "./plan-run.ts";
import { filesSince } from "./report-files.ts";
import { runEnvironment } from "./run-environment.ts";
import { emptyFolder, markUnsent } from "./run-folder.ts";
import type { Leased } from "./service-types.ts";
import { type AgentSettings, FRESH } from "./settings.ts";

/** Why a run is stopped, and its status then. */
export interface Stop {
  status: "FAILED" | "CANCELLED";
  reason: string;
  /** Not reported: the service plans the next attempt itself. */
  unreported?: true;
}

export interface RunInput {
  leased: Leased;
  agent: AgentSettings;
  facts: RunFacts;
  mark: string;
  runFolder: string;
  /** The agent's fresh folder, used if its `directory` is `fresh`. */
  freshFolder: string;
  /** The URL of the job's details in the vendor's format. */
  scheduledData: string | undefined;
  secrets: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  emit: Emit;
  /** Told how the run ended, before its files are kept. */
  onOutcome: (ending: Ending) => Promise<void>;
}

/** Standard output is kept here if it is the report. */
const STDOUT = "stdout.txt";
const HOOK_SECONDS = 300;
/** The limit for a stopped run: somebody waits for its end. */
const HOOK_SECONDS_STOPPED = 30;

/** One run of a job: its hooks, its commands, and the end of all their processes. */
export class Run {
  readonly #input: RunInput;
  readonly #directory: string;
  readonly #groups: number[] = [];
  readonly #output: Output;
  readonly #beganAt = Date.now();
  #stop: Stop | undefined;
  #stopping: Promise<void> | undefined;
  #child: Child | undefined;
  #over = false;
  #left: readonly number[] = [];
  #planned: Planned | undefined;
  /** When its tests began, after the `before` hook. */
  #begunAt: number | undefined;

  constructor(input: RunInput) {
    this.#input = input;
    this.#directory = input.agent.directory === FRESH ? input.freshFolder : input.agent.directory;
    const { facts, emit, secrets, runFolder } = input;
    this.#output = new Output(join(runFolder, OUTPUT_LOG), {
      secrets,
      onLine: (stream, line) => {
        const shown = stream === "stdout" ? this.#shown(line) : line;
        if (shown !== null) emit({ event: "output", run: facts, stream, line: shown });
        return shown;
      },
    });
  }

  /** A line as people see it: some tools write their report to standard output. */
  #shown(line: string): string | null {
    const { recipe } = this.#planned ?? {};
    return recipe?.shownLine ? recipe.shownLine(line) : line;
  }

  get lastLine(): string {
    return this.#output.lastLine;
  }

  /** Why it was stopped; undefined if it ended by itself. */
  get stopped(): Stop | undefined {
    return this.#stop;
  }

  /** Stops the run. The first reason stays, and the `after` hook still runs. */
  stop(stop: Stop): void {
    if (this.#stop || this.#over) return;
    this.#stop = stop;
    this.#emit({ event: "run_stopping", run: this.#input.facts, reason: stop.reason });
    this.#stopping = this.#child?.stop(this.#input.agent.stopSeconds);
  }

  /** Runs to the end. When it resolves, no process of the run is left, or the reason names those that are. */
  async end(): Promise<Ending> {
    const { facts } = this.#input;
    let outcome: RunOutcome;
    try {
      outcome = await this.#run();
    } catch (error) {
      outcome = { status: "FAILED", reason: reasonOf(error) };
    }
    this.#over = true;
    let ended: RunOutcome = this.#stop ?? outcome;
    const after = await this.#hook("after", this.#input.agent.after, {
      MUSTER_OUTCOME: ended.status,
      MUSTER_REASON: ended.reason ?? "",
    });
    if (after !== null && ended.status === "COMPLETED") ended = { status: "FAILED", reason: after };
    const left = this.#left;
    this.#output.end();
    const endedAt = Date.now();
    const { status, cause, hasJudged, exitCode } = ended;
    const why =
      left.length > 0
        ? `${ended.reason ?? ended.status}; processes ${left.join(", ")} could not be ended`
        : ended.reason;
    // It may quote a message of a report, which is not masked.
    const reason = why && masked(why, this.#input.secrets);
    const begun = this.#begunAt === undefined ? {} : { begunAfterMs: this.#begunAt - this.#beganAt };
    const log = this.#output.tail || null;
    const ending: Ending = {
      ...{ status, reason, log, endedAt, ...begun },
      ...(cause && { cause }),
      ...(hasJudged && { hasJudged }),
      ...(exitCode !== undefined && { exitCode }),
    };
    // Copying its files may take long, and the outcome must outlive this program.
    await this.#input.onOutcome({ ...ending, files: this.#noFiles() });
    const ms = endedAt - this.#beganAt;
    this.#emit({ event: "run_ended", run: facts, status, reason: ended.reason, ms, left });
    return { ...ending, files: await this.#keepFiles() };
  }

  #noFiles(): UnsentFiles {
    return { reports: [], artifacts: [], folder: this.#input.runFolder, logSent: 0 };
  }

  /** Copies the run's reports and artifacts: another run may overwrite them. A failure here does not change the outcome. */
  async #keepFiles(): Promise<UnsentFiles> {
    const { agent, runFolder, secrets, facts } = this.#input;
    const startedAt = this.#begunAt ?? this.#beganAt;
    const trouble = (message: string) =>
      this.#emit({ event: "trouble", message: `job ${facts.job}: ${message}` });
    try {
      markUnsent(runFolder);
      const kept = await keepFiles({
        ...{ runFolder, directory: this.#directory, secrets, trouble },
        reports: this.#begunAt === undefined ? [] : this.#reports(this.#begunAt),
        artifacts: filesSince(agent.artifacts, this.#directory, startedAt),
      });
      return { ...this.#noFiles(), ...kept };
    } catch (error) {
      trouble(`its reports and files are not sent: ${reasonOf(error)}`);
      return this.#noFiles();
    }
  }

  #reports(startedAt: number): string[] {
    const { agent, runFolder } = this.#input;
    if (!this.#planned || this.#planned.plan.reportFrom === "none") return [];
    const stdout = join(runFolder, STDOUT);
    return reportsOf(this.#planned, {
      ...{ startedAt, stdout, results: agent.results, directory: this.#directory },
    });
  }

  async #run(): Promise<RunOutcome> {
    const { agent, leased, runFolder, freshFolder, env } = this.#input;
    if (agent.directory === FRESH) {
      for (const { from, to } of emptyFolder(freshFolder).movedAside) {
        this.#emit({ event: "trouble", message: `${from} can't be removed; it was moved to ${to}` });
      }
    }
    const planned = planFor(agent, { leased, runFolder, directory: this.#directory, env });
    this.#planned = planned;
    for (const { path, text } of planned.plan.files) writeFileSync(path, text);
    if (this.#stop) return this.#stop;
    const before = await this.#hook("before", agent.before, {});
    if (before !== null) return { status: "FAILED", reason: before };
    if (planned.plan.reportFrom === "stdout") this.#output.keepRaw(join(runFolder, STDOUT));
    const exits: Exit[] = [];
    const startedAt = Date.now();
    this.#begunAt = startedAt;
    for (const command of planned.plan.commands) {
      if (this.#stop) break;
      const exit = await this.#execute(command, planned.plan.shell, planned.plan.env);
      if (exit.notStarted !== null) return { status: "FAILED", reason: exit.notStarted };
      exits.push(exit);
    }
    if (this.#stop) return this.#stop;
    return outcomeOf(planned, { exits, reports: this.#reports(startedAt) });
  }

  /** Runs a command to its end, and kills the processes that it left behind. */
  async #execute(
    command: readonly string[],
    shell: boolean,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<Exit> {
    const { agent, leased, mark, runFolder, scheduledData } = this.#input;
    const child = new Child({
      command,
      shell,
      directory: this.#directory,
      env: runEnvironment(
        this.#input.env,
        { leased, agent, mark, runFolder, scheduledData, directory: this.#directory },
        env,
      ),
      onOutput: (stream: OutputStream, data: Buffer) => this.#output.push(stream, data),
    });
    this.#child = child;
    if (child.pid !== undefined) this.#groups.push(child.pid);
    const exit = await child.exit;
    await this.#stopping;
    const { left } = await sweep((each) => each === mark, this.#groups);
    this.#left = left;
    child.release();
    this.#child = undefined;
    return exit;
  }

  /** Runs a hook. Returns what went wrong, or null. It has its own timeout, because a stopped run still runs `after`. */
  async #hook(name: string, line: string | undefined, env: Record<string, string>): Promise<string | null> {
    if (line === undefined) return null;
    const bound = setTimeout(
      () => void this.#child?.stop(0),
      (this.#stop ? HOOK_SECONDS_STOPPED : HOOK_SECONDS) * 1000,
    );
    const { code, notStarted } = await this.#execute([line], true, { ...this.#planned?.plan.env, ...env });
    clearTimeout(bound);
    if (notStarted !== null) return `the ${name} hook: ${notStarted}`;
    return code === 0 ? null : `the ${name} hook ended with ${code ?? "a signal"}`;
  }

  #emit(event: HostEvent): void {
    this.#input.emit(event);
  }
}
