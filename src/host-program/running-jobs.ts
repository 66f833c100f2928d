import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { MINUTE_MS, SECOND_MS } from "../wire/durations.ts";
import { type AcceptParts, acceptJob } from "./accept-job.ts";
import { causeOf } from "./end-cause.ts";
import { OUTPUT_LOG } from "./file-sender.ts";
import type { JobDetails } from "./job-details.ts";
import type { Ending } from "./journal.ts";
import type { LastTimes } from "./last-times.ts";
import { LogSender } from "./log-sender.ts";
import { testsOf } from "./plan-run.ts";
import { scheduledDataOf } from "./recipes/kickoff.ts";
import type { KnownAgent } from "./registration.ts";
import type { RenewerNews } from "./renewer-thread.ts";
import { clearUnsent, type RunFolders } from "./run-folder.ts";
import { Run, type Stop } from "./run-job.ts";
import type { Leased } from "./service-types.ts";
import { FRESH } from "./settings.ts";
import type { StateFolder } from "./state-folder.ts";
import { isTakenForLost } from "./taken-for-lost.ts";
import { whenTimeIsOver } from "./time-limit.ts";

export interface RunningParts extends AcceptParts {
  lastTimes: LastTimes;
  state: StateFolder;
  secrets: () => readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  details: JobDetails;
  folders: RunFolders;
  /** A slot became free. */
  onFree: () => void;
}

interface Running {
  leased: Leased;
  agent: KnownAgent;
  /** Its place among its agent's runs. Each place has its own fresh folder. */
  slot: number;
  startedAt: number;
  run: Run | undefined;
  stop: Stop | undefined;
  /** Aborted: its start is not waited for any more. */
  givenUp: AbortController;
}

/** Whether another attempt may begin when the lease ends: the run must end before. */
const isRequeued = ({ on_lost }: Leased): boolean => on_lost === "requeue";

/** The mark of a run's processes. It contains the host's guid, so that the host finds them after a restart. */
export const markOf = (guid: string, leaseId: string): string => `${guid}:${leaseId}`;

/** How long a draining host waits for the service to accept a job's start. */
const LAST_STARTS_MS = MINUTE_MS;

/** The jobs that this host runs, from their lease to their end in the journal. */
export class RunningJobs {
  readonly counts = { COMPLETED: 0, FAILED: 0, CANCELLED: 0 };
  readonly #parts: RunningParts;
  readonly #running = new Map<string, Running>();
  readonly #ends = new Set<Promise<void>>();

  constructor(parts: RunningParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#running.size;
  }

  isHeld({ lease_id: leaseId }: Pick<Leased, "lease_id">): boolean {
    return this.#running.has(leaseId);
  }

  countOf(agent: KnownAgent): number {
    return [...this.#running.values()].filter((each) => each.agent.id === agent.id).length;
  }

  /** What runs now, for `status`. */
  shown(): object[] {
    return [...this.#running.values()].map(({ leased, agent, startedAt, run }) => ({
      job: leased.job.job_id,
      attempt: leased.attempt,
      agent: agent.settings.name,
      seconds: Math.floor((Date.now() - startedAt) / SECOND_MS),
      last_line: run?.lastLine ?? "",
    }));
  }

  /** The same, for `hello`. */
  held(): { lease_id: string; job: number; attempt: number }[] {
    return [...this.#running.values()].map(({ leased: { lease_id, job, attempt } }) => ({
      ...{ lease_id, attempt },
      job: job.job_id,
    }));
  }

  /** Accepts a leased job and runs it. */
  begin(leased: Leased, agent: KnownAgent): void {
    if (this.#running.has(leased.lease_id)) return;
    const taken = [...this.#running.values()]
      .filter((each) => each.agent.id === agent.id)
      .map(({ slot }) => slot);
    const slot = [...taken.keys(), taken.length].find((each) => !taken.includes(each)) ?? taken.length;
    const running: Running = {
      ...{ leased, agent, slot, startedAt: Date.now(), run: undefined, stop: undefined },
      givenUp: new AbortController(),
    };
    this.#running.set(leased.lease_id, running);
    const end = this.#runOne(running)
      .catch((error: unknown) =>
        this.#parts.emit({ event: "trouble", message: `job ${leased.job.job_id}: ${String(error)}` }),
      )
      .finally(() => {
        this.#running.delete(leased.lease_id);
        this.#ends.delete(end);
        this.#parts.onFree();
      });
    this.#ends.add(end);
  }

  /** Stops what runs. */
  stopAll(stop: Stop): void {
    for (const running of this.#running.values()) this.#stop(running, stop);
  }

  /** What has not begun a while from now is not waited for any more. */
  beginNoMore(): void {
    setTimeout(() => {
      for (const { givenUp } of this.#running.values()) givenUp.abort();
    }, LAST_STARTS_MS).unref();
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends);
  }

  /** Resolves when one of those that run has ended. */
  async oneSettled(): Promise<void> {
    if (this.#ends.size > 0) await Promise.race(this.#ends);
  }

  /** Handles news from the renewer thread or the socket. */
  async onNews({ news, leaseId }: RenewerNews): Promise<void> {
    const running = this.#running.get(leaseId);
    if (!running) return;
    if (news === "cancel") return this.#stop(running, { status: "CANCELLED", reason: "cancelled as asked" });
    if (news === "expiring") {
      if (isRequeued(running.leased)) {
        this.#stop(running, {
          status: "FAILED",
          reason: "stopped before its lease ran out: its next attempt may begin then",
          unreported: true,
        });
      }
      return;
    }
    if (isRequeued(running.leased) || !(await isTakenForLost(this.#parts.client, running.leased))) {
      this.#stop(running, { status: "FAILED", reason: "its lease is lost" });
    }
  }

  #stop(running: Running, stop: Stop): void {
    running.stop ??= stop;
    running.givenUp.abort();
    running.run?.stop(running.stop);
  }

  async #runOne(running: Running): Promise<void> {
    const { journal, renewer, reports, clock } = this.#parts;
    const { leased, agent, givenUp } = running;
    const { lease_id: leaseId, job, attempt } = leased;
    journal.begin({
      ...{ leaseId, projectId: job.project_id, jobId: job.job_id, attempt },
      ...{ agent: agent.settings.name, beganAt: Date.now() },
    });
    const accepting = { leased, agent, givenUp: givenUp.signal, stop: () => running.stop };
    const acceptance = await acceptJob(accepting, this.#parts);
    if (acceptance !== "run") {
      if (acceptance !== "not_run") this.counts[acceptance] += 1;
      return;
    }
    const ending = await this.#execute(running);
    this.counts[ending.status] += 1;
    if (running.run?.stopped?.unreported) {
      renewer.forget(leaseId);
      journal.close(leaseId);
      if (ending.files) clearUnsent(ending.files.folder);
      return;
    }
    // The lease is kept until the service has answered: nobody else may begin the job.
    journal.end(leaseId, { ...ending, endedAt: clock.serverTime(ending.endedAt) });
    reports.sendAll();
  }

  async #execute(running: Running): Promise<Ending> {
    const { client, clock, journal, state, lastTimes, emit, secrets, env, details, folders } = this.#parts;
    const { leased, agent, slot } = running;
    const { job, attempt, lease_id: leaseId } = leased;
    const tests = testsOf(leased)?.length ?? null;
    const name = randomUUID();
    const key = { id: job.job_id, attempt, projectId: job.project_id };
    const facts = { job: job.job_id, attempt, agent: agent.settings.name, schedule: job.schedule_id, tests };
    const runFolder = folders.open({ jobId: job.job_id, attempt, leaseId });
    const room = agent.settings.directory === FRESH ? state.file("work") : agent.settings.directory;
    let cause: Pick<Ending, "cause"> = {};
    const run = new Run({
      leased,
      agent: agent.settings,
      facts,
      mark: markOf(state.guid(), leaseId),
      scheduledData: details.serve(name, scheduledDataOf({ job: key, tests: testsOf(leased) })),
      runFolder,
      freshFolder: join(state.file("work"), `${agent.id}-${slot}`),
      secrets: secrets(),
      env,
      emit,
      onOutcome: async (ending) => {
        // Before the journal gives up its reserve: a full disk is none then.
        cause = await causeOf(ending, { isTooLong: run.stopped === tooLong, folders: [runFolder, room] });
        const endedAt = clock.serverTime(ending.endedAt);
        if (!run.stopped?.unreported) journal.foresee(leaseId, { ...ending, ...cause, endedAt });
      },
    });
    running.run = run;
    emit({ event: "run_started", run: facts, lastMs: lastTimes.of(job.schedule_id) });
    const minutes = leased.allocated_minutes;
    const tooLong: Stop = {
      status: "FAILED",
      reason: `stopped after the ${minutes} min that its schedule allows`,
    };
    const endBound =
      minutes === null ? undefined : whenTimeIsOver(minutes * MINUTE_MS, () => this.#stop(running, tooLong));
    if (running.stop) run.stop(running.stop);
    const began = Date.now();
    const sent = { projectId: job.project_id, jobId: job.job_id, attempt, leaseId };
    const log = new LogSender(client, sent, join(runFolder, OUTPUT_LOG));
    const ended = await run.end();
    const ending = { ...ended, ...cause };
    const logSent = log.end();
    endBound?.();
    details.forget(name);
    folders.close(runFolder);
    if (ending.status === "COMPLETED") lastTimes.note(job.schedule_id, Date.now() - began);
    return ending.files ? { ...ending, files: { ...ending.files, logSent } } : ending;
  }
}
