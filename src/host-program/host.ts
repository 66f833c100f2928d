import { Plain, reasonOf } from "../programs/plain-error.ts";
import { VERSION } from "../programs/version.ts";
import { SECOND_MS } from "../wire/durations.ts";
import { warnOfInactive, warnOfMistakes } from "./agent-mistakes.ts";
import { clientSettingsOf, secretsOf } from "./client-settings.ts";
import { type Emit, maskedEvent } from "./events.ts";
import { lowDiskAt, whyNoRoom } from "./free-disk.ts";
import { statusOf } from "./host-status.ts";
import { JobDetails } from "./job-details.ts";
import { waysToJobs } from "./job-ways.ts";
import { Journal } from "./journal.ts";
import { awaitReports, isAllSaid, NOTHING_RAN, type Worked } from "./last-reports.ts";
import { LastTimes } from "./last-times.ts";
import type { LeaseLoop } from "./lease-loop.ts";
import { endLeftovers } from "./leftovers.ts";
import { maskedIn } from "./masking.ts";
import { beTheOnlyOne } from "./only-one.ts";
import { Patience } from "./patience.ts";
import { PingLoop } from "./ping-loop.ts";
import type { PushLoop } from "./push-loop.ts";
import { findAgents, type KnownAgent, registerHost, type Send } from "./registration.ts";
import { reloaded } from "./reload.ts";
import { Renewer } from "./renewer.ts";
import { ReportSender } from "./report-sender.ts";
import { RunFolders } from "./run-folder.ts";
import { RunningJobs } from "./running-jobs.ts";
import { ServerClock } from "./server-clock.ts";
import { ServiceClient, Unanswered } from "./service-client.ts";
import type { HostSettings } from "./settings.ts";
import { startCalls } from "./start-calls.ts";
import { StateFolder } from "./state-folder.ts";
import { takeWhatIsDue } from "./take-what-is-due.ts";
import { Troubles } from "./troubles.ts";

export interface HostParts {
  settings: HostSettings;
  token: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The path of this program's file. */
  program: string;
  emit: Emit;
}

export class Host {
  readonly state: StateFolder;
  readonly #parts: HostParts;
  readonly #clock = new ServerClock();
  readonly #inUse: { token: string };
  readonly #client: ServiceClient;
  readonly #troubles: Troubles;
  readonly #emit: Emit;
  /** Aborted: no more jobs are taken. */
  readonly #draining = new AbortController();
  /** Aborted: nothing is waited for any more. */
  readonly #over = new AbortController();
  readonly #startedAt = Date.now();
  #settings: HostSettings;
  #agents: readonly KnownAgent[] = [];
  #hostId = 0;
  #jobs: RunningJobs | undefined;
  #loop: LeaseLoop | undefined;
  #push: PushLoop | undefined;
  #renewer: Renewer | undefined;
  #pings: PingLoop | undefined;
  #reports: ReportSender | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#inUse = { token: parts.token };
    this.#client = new ServiceClient(clientSettingsOf(parts.settings), () => this.#inUse.token, this.#clock);
    this.state = new StateFolder(parts.settings.stateFolder);
    // Output is masked when it is read.
    this.#emit = (event) =>
      parts.emit(event.event === "output" ? event : maskedEvent(event, this.#secrets()));
    this.#troubles = new Troubles(this.#emit);
  }

  /**
   * Runs until stopped; with `once`, until no job is due or running, or the service answers nothing for
   * `giveUpSeconds`. Throws `Plain`.
   */
  async work(how: { once: boolean }): Promise<Worked> {
    try {
      return await this.#work(how);
    } catch (error) {
      const wasStopped = this.#draining.signal.aborted;
      this.#draining.abort();
      this.#over.abort();
      await this.#renewer?.end();
      if (!(error instanceof Unanswered)) throw error;
      // Stopped before the service answered for the first time.
      if (wasStopped) return { counts: NOTHING_RAN, isComplete: true };
      throw new Plain(`${error.message}; it was tried for ${this.#settings.giveUpSeconds} s`);
    }
  }

  async #work({ once }: { once: boolean }): Promise<Worked> {
    const giveUpMs = once ? this.#settings.giveUpSeconds * SECOND_MS : undefined;
    warnOfMistakes(this.#settings.agents, this.#emit);
    const status = await beTheOnlyOne(this.state, () => maskedIn(this.#status(), this.#secrets()));
    const journal = new Journal(this.state.file("journal.jsonl"));
    journal.onTrouble = (error) =>
      this.#emit({ event: "trouble", message: `the journal can't be written: ${reasonOf(error)}` });
    await endLeftovers(journal, this.state.guid(), this.#emit);
    const saying = new Patience(giveUpMs);
    const reports = new ReportSender({
      ...{ client: this.#client, journal, emit: this.#emit, over: this.#over.signal },
      onSettled: (leaseId) => this.#renewer?.forget(leaseId),
      patience: saying,
    });
    this.#reports = reports;
    reports.sendAll();
    const bound = giveUpMs === undefined ? [] : [AbortSignal.timeout(giveUpMs)];
    const starting = AbortSignal.any([this.#draining.signal, ...bound]);
    const { send, wasUnanswered } = startCalls(this.#client, this.#troubles, starting);
    const registering = { settings: this.#settings, state: this.state, inUse: this.#inUse, wasUnanswered };
    this.#hostId = await registerHost(send, registering);
    this.#agents = await this.#findAgents(this.#settings, send);
    this.#troubles.has("start", null);
    const renewer = new Renewer({
      program: this.#parts.program,
      start: { client: this.#client.settings, token: this.#inUse.token, hostId: this.#hostId },
      onNews: (news) => void this.#jobs?.onNews(news),
      onDeath: (error) => this.#troubles.has("renewer", reasonOf(error)),
    });
    this.#renewer = renewer;
    const details = new JobDetails();
    await details.open();
    const folders = new RunFolders(this.state.file("runs"));
    folders.prune();
    const jobs = new RunningJobs({
      ...{ client: this.#client, clock: this.#clock, journal, renewer, reports },
      ...{ state: this.state, env: this.#parts.env, emit: this.#emit, details, folders },
      lastTimes: new LastTimes(this.state.file("last-times.json")),
      ...{ leaseSeconds: this.#settings.leaseSeconds, startWithinMs: giveUpMs },
      ...{ secrets: () => this.#secrets(), onFree: () => this.#wake() },
    });
    this.#jobs = jobs;
    const { loop, push } = waysToJobs({
      ...{ client: this.#client, clock: this.#clock, hostId: this.#hostId, jobs, whyNot: this.#whyNot },
      settings: () => this.#settings,
      agents: () => this.#agents,
      token: () => this.#inUse.token,
      trouble: (message) => this.#troubles.has("polling", message),
    });
    this.#loop = loop;
    if (!once) this.#push = push;
    const names = this.#agents.map(({ settings }) => settings.name);
    const who = { host: this.#hostId, guid: this.state.guid(), name: this.#settings.name };
    this.#emit({ event: "started", ...who, agents: names, version: VERSION });
    this.#pings = new PingLoop({
      ...{ client: this.#client, clock: this.#clock, journal, hostId: this.#hostId, guid: this.state.guid() },
      ...{ troubles: this.#troubles, over: this.#draining.signal, isPushed: () => push.isPushed() },
    });
    const pings = this.#pings.run();
    let leftDue: string | null = null;
    if (once) {
      leftDue = await takeWhatIsDue(loop, jobs, {
        ...{ client: this.#client, whyNot: this.#whyNot, troubles: this.#troubles },
        ...{ over: this.#draining.signal, patience: new Patience(giveUpMs) },
      });
    } else await push.run(this.#draining.signal);
    await jobs.settled();
    await awaitReports(reports, { stopping: this.#draining.signal, tooLong: saying.over });
    this.#draining.abort();
    this.#over.abort();
    await reports.settled();
    await pings;
    await renewer.end();
    const isComplete = isAllSaid(journal, this.state, this.#emit) && leftDue === null;
    journal.release();
    status.close();
    details.close();
    this.#emit({ event: "stopped", counts: jobs.counts });
    return { counts: jobs.counts, isComplete };
  }

  /** The first call drains: no more jobs are taken, and runs go on. The second cancels them. */
  stop(signal: string): void {
    const first = !this.#draining.signal.aborted;
    const { drainSeconds } = this.#settings;
    this.#draining.abort();
    if (!first) {
      this.#cancelAll(`the host was told to stop by a second ${signal}`);
      return;
    }
    this.#jobs?.beginNoMore();
    const running = this.#jobs?.size ?? 0;
    this.#emit({
      event: "stopping",
      message: `${signal}: nothing more is taken; ${running} running${running > 0 ? " to be waited for; once more cancels" : ""}`,
    });
    if (drainSeconds === undefined) return;
    setTimeout(
      () => this.#cancelAll(`the host was told to stop, and ${drainSeconds} s are over`),
      drainSeconds * 1000,
    ).unref();
  }

  /** Applies a changed configuration from the next job on, the token at once. Throws `Plain`; then the rest stays. */
  async reload(changed: HostSettings, token: string | undefined): Promise<void> {
    warnOfMistakes(changed.agents, this.#emit);
    this.#inUse.token = this.state.tokenFor(this.#settings.url, token) ?? this.#inUse.token;
    this.#renewer?.useToken(this.#inUse.token);
    this.#reports?.retry();
    const { settings, waiting } = reloaded(this.#settings, changed);
    // A host that is not registered yet finds its agents when it is.
    const send: Send = (call) =>
      this.#client.untilAnswered(() => call(this.#client.api), this.#draining.signal);
    const agents = this.#hostId === 0 ? this.#agents : await this.#findAgents(settings, send);
    this.#settings = settings;
    this.#agents = agents;
    this.#wake();
    this.#emit({ event: "reloaded", agents: settings.agents.map(({ name }) => name), waiting });
  }

  #wake(): void {
    if (this.#push) this.#push.wake();
    else this.#loop?.wake();
  }

  async #findAgents({ agents: wanted }: HostSettings, send: Send): Promise<KnownAgent[]> {
    const agents = await findAgents(send, this.#hostId, wanted);
    warnOfInactive(agents, this.#emit);
    return agents;
  }

  readonly #whyNot = async (): Promise<string | null> => {
    const lowDisk = await lowDiskAt(this.state.path, this.#settings.freeDiskBytes);
    this.#pings?.takesNoJobs(lowDisk);
    return lowDisk && whyNoRoom(lowDisk);
  };

  #cancelAll(reason: string): void {
    this.#jobs?.stopAll({ status: "CANCELLED", reason });
  }

  #secrets(): string[] {
    return secretsOf(this.#settings, [this.#inUse.token, this.#parts.token], this.#parts.env);
  }

  #status(): object {
    const who = { settings: this.#settings, host: this.#hostId, guid: this.state.guid() };
    return statusOf({
      ...{ ...who, startedAt: this.#startedAt, isDraining: this.#draining.signal.aborted },
      ...{ push: this.#push, troubles: this.#troubles, jobs: this.#jobs },
    });
  }
}
