import { aborted } from "./aborted.ts";
import { warnOfInactive, warnOfMistakes } from "./agent-mistakes.ts";
import { clientSettingsOf, secretsOf } from "./client-settings.ts";
import type { Counts, Emit, HostEvent } from "./events.ts";
import { whyNoRoom } from "./free-disk.ts";
import { JobDetails } from "./job-details.ts";
import { waysToJobs } from "./job-ways.ts";
import { Journal } from "./journal.ts";
import { LastTimes } from "./last-times.ts";
import type { LeaseLoop } from "./lease-loop.ts";
import { endLeftovers } from "./leftovers.ts";
import { masked } from "./masking.ts";
import { beTheOnlyOne } from "./only-one.ts";
import { PingLoop } from "./ping-loop.ts";
import { reasonOf } from "./plain-error.ts";
import type { PushLoop } from "./push-loop.ts";
import { findAgents, type KnownAgent, registerHost, type Send } from "./registration.ts";
import { Renewer } from "./renewer.ts";
import { ReportSender } from "./report-sender.ts";
import { RunFolders } from "./run-folder.ts";
import { RunningJobs } from "./running-jobs.ts";
import { ServerClock } from "./server-clock.ts";
import { ServiceClient, Unanswered } from "./service-client.ts";
import type { HostSettings } from "./settings.ts";
import { StateFolder } from "./state-folder.ts";
import { takeWhatIsDue } from "./take-what-is-due.ts";
import { Troubles } from "./troubles.ts";
import { VERSION } from "./version.ts";

/** How long a stopping host waits for its reports to be answered. */
const LAST_REPORTS_MS = 30_000;

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
    this.#emit = (event) => parts.emit(event.event === "output" ? event : this.#mask(event));
    this.#troubles = new Troubles(this.#emit);
  }

  /** Runs until stopped; with `once`, until no job is due or running. Returns how the runs ended. */
  async work(how: { once: boolean }): Promise<Counts> {
    try {
      return await this.#work(how);
    } catch (error) {
      const wasStopped = this.#draining.signal.aborted;
      this.#draining.abort();
      this.#over.abort();
      await this.#renewer?.end();
      // Stopped before the service answered for the first time: nothing ran.
      if (wasStopped && error instanceof Unanswered) return { COMPLETED: 0, FAILED: 0, CANCELLED: 0 };
      throw error;
    }
  }

  async #work({ once }: { once: boolean }): Promise<Counts> {
    warnOfMistakes(this.#settings.agents, this.#emit);
    const status = await beTheOnlyOne(this.state, () => this.#status());
    const journal = new Journal(this.state.file("journal.jsonl"));
    journal.onTrouble = (error) =>
      this.#emit({ event: "trouble", message: `the journal can't be written: ${reasonOf(error)}` });
    await endLeftovers(journal, this.state.guid(), this.#emit);
    const reports = new ReportSender({
      ...{ client: this.#client, journal, emit: this.#emit, over: this.#over.signal },
      onSettled: (leaseId) => this.#renewer?.forget(leaseId),
    });
    this.#reports = reports;
    reports.sendAll();
    let unanswered = 0;
    const send: Send = (request) =>
      this.#client.untilAnswered(request, this.#draining.signal, ({ message }) => {
        unanswered += 1;
        this.#troubles.has("start", message);
      });
    this.#hostId = await registerHost(send, {
      ...{ settings: this.#settings, state: this.state, inUse: this.#inUse },
      wasUnanswered: () => unanswered > 0,
    });
    this.#agents = await this.#findAgents(send);
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
      leaseSeconds: this.#settings.leaseSeconds,
      secrets: () => this.#secrets(),
      onFree: () => this.#wake(),
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
      ...{ client: this.#client, hostId: this.#hostId, guid: this.state.guid() },
      ...{ troubles: this.#troubles, over: this.#draining.signal, isPushed: () => push.isPushed() },
    });
    const pings = this.#pings.run();
    if (once) {
      const { troubles, over } = { troubles: this.#troubles, over: this.#draining.signal };
      await takeWhatIsDue(loop, jobs, { client: this.#client, whyNot: this.#whyNot, troubles, over });
    } else await push.run(this.#draining.signal);
    await jobs.settled();
    // Reports without an answer by then stay in the journal and are sent at the next start.
    const enough = once ? this.#draining.signal : AbortSignal.timeout(LAST_REPORTS_MS);
    await Promise.race([reports.settled(), aborted(enough)]);
    this.#draining.abort();
    this.#over.abort();
    await reports.settled();
    await pings;
    await renewer.end();
    journal.release();
    status.close();
    details.close();
    this.#emit({ event: "stopped", counts: jobs.counts });
    return jobs.counts;
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

  /** Applies a changed configuration from the next job on. `url` and the state folder do not change. */
  async reload(settings: HostSettings, token: string | undefined): Promise<void> {
    warnOfMistakes(settings.agents, this.#emit);
    this.#inUse.token = this.state.tokenFor(settings.url, token) ?? this.#inUse.token;
    this.#renewer?.useToken(this.#inUse.token);
    this.#reports?.retry();
    this.#settings = { ...settings, url: this.#settings.url, stateFolder: this.#settings.stateFolder };
    this.#agents = await this.#findAgents((request) =>
      this.#client.untilAnswered(request, this.#draining.signal),
    );
    this.#wake();
  }

  #wake(): void {
    if (this.#push) this.#push.wake();
    else this.#loop?.wake();
  }

  async #findAgents(send: Send): Promise<KnownAgent[]> {
    const agents = await findAgents(send, this.#hostId, this.#settings.agents);
    warnOfInactive(agents, this.#emit);
    return agents;
  }

  readonly #whyNot = async (): Promise<string | null> => {
    const why = await whyNoRoom(this.state.path, this.#settings.freeDiskBytes);
    this.#pings?.takesNoJobs(why);
    return why;
  };

  #cancelAll(reason: string): void {
    this.#jobs?.stopAll({ status: "CANCELLED", reason });
  }

  #secrets(): string[] {
    return secretsOf(this.#settings, [this.#inUse.token, this.#parts.token], this.#parts.env);
  }

  #mask(event: HostEvent): HostEvent {
    return JSON.parse(masked(JSON.stringify(event), this.#secrets())) as HostEvent;
  }

  #status(): object {
    const { url, name } = this.#settings;
    return {
      ...{ pid: process.pid, version: VERSION, url, name, host: this.#hostId, guid: this.state.guid() },
      seconds: Math.floor((Date.now() - this.#startedAt) / 1000),
      draining: this.#draining.signal.aborted,
      ...(this.#push?.shown() ?? { way: "http" }),
      trouble: this.#troubles.present,
      running: this.#jobs?.shown() ?? [],
      ended: this.#jobs?.counts ?? {},
    };
  }
}
