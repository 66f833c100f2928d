import { settingsOf } from "../settings.ts";
import { type Admission, admissionIn } from "./admission.ts";
import { HostMoment } from "./host-object.ts";
import type { Lease } from "./lease-rules.ts";
import type { HostProtocol, ShownMoment, TicketDigests } from "./protocol.ts";
import { CHANGE_MS, type Changed } from "./quiet-rules.ts";
import { SocketList } from "./socket-list.ts";
import { freeSlots, newSession } from "./socket-session.ts";
import type { SocketWork } from "./socket-work.ts";
import { Sockets } from "./sockets.ts";
import { TicketTable } from "./tickets.ts";
import { type Timing, timingOf } from "./timing.ts";

/** The complete object of a host: its state, and the sockets on which its processes are sent jobs. */
export abstract class ConnectedHost extends HostMoment implements HostProtocol {
  /** The sockets' access to D1. */
  protected abstract readonly socketWork: SocketWork;
  readonly #list = new SocketList(this.ctx);
  readonly #tickets = new TicketTable(this.ctx.storage.sql);
  #made: Sockets | undefined;

  /** The time for events that no caller brings; epoch milliseconds. */
  protected abstract clock(): number;

  get #sockets(): Sockets {
    this.#made ??= new Sockets({
      ...{ list: this.#list, leases: this.leases, cache: this.cache },
      env: () => this.env,
      ...{ object: this, work: this.socketWork },
      clock: () => this.clock(),
      timingAt: (now) => timingOf(now, settingsOf(this.env)),
      setAlarm: () => this.setAlarm(),
      noteLost: (at) => this.noteSocketLost(at),
    });
    return this.#made;
  }

  /** Accepts a socket of the host. The Worker has checked its token. */
  override async fetch(request: Request): Promise<Response> {
    const admission = admissionIn(request.url);
    this.introduce(admission.guid, admission.timing);
    this.recorded(admission.timing, null);
    const answer = this.#sockets.accept(newSession(admission, this.clock()));
    this.#recordAgain(admission);
    return answer;
  }

  /** The Worker recorded the connection before the last socket was lost, and the loss is recorded after it. */
  #recordAgain({ hostId, timing }: Admission): void {
    const { socketLostAt } = this.signs();
    if (socketLostAt === null || socketLostAt < timing.now || this.#list.isEmpty) return;
    const at = Math.max(this.clock(), socketLostAt + 1);
    this.ctx.waitUntil(this.socketWork.connected(this.env, hostId, at));
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    return this.#sockets.message(socket, data);
  }

  override webSocketClose(socket: WebSocket, code: number): Promise<void> {
    return this.#sockets.closed(socket, code);
  }

  /** The platform reports a failed socket only here, without a close event. */
  override webSocketError(socket: WebSocket): Promise<void> {
    return this.#sockets.closed(socket, 1006);
  }

  override beginChange(id: string, changed: Changed, timing: Timing): void {
    super.beginChange(id, changed, timing);
    // If the end is lost, look for jobs when the change has timed out.
    if (changed === "jobs") this.expectJobs(CHANGE_MS);
    else this.#sockets.expectTokens(false);
  }

  override endChange(id: string, changed: Changed, timing: Timing): void {
    super.endChange(id, changed, timing);
    if (changed === "jobs") this.expectJobs(0);
    else this.#sockets.expectTokens(true);
  }

  /** A token that is not limited to the host changed: its sockets read it again. Returns how many there are. */
  tokenChanged(tokenId: number): { sockets: number } {
    return { sockets: this.#sockets.tokenChanged(tokenId) };
  }

  /** The host was retired: closes its sockets. */
  override forget(): void {
    super.forget();
    this.#list.closeAll("retired");
  }

  override shown(): ShownMoment {
    const contactAt = this.lastContact().at;
    const ready = this.#list.open().filter(({ session }) => session.hello);
    const free = ready.reduce((sum, { session }) => sum + freeSlots(session), 0);
    return { ...super.shown(), contactAt, sockets: ready.length, freeSlots: free };
  }

  /** An open socket counts as contact: the platform knows its last keep-alive. Dead sockets are closed. */
  override lastContact(): { at: number | null } {
    const { at } = super.lastContact();
    for (const open of this.#list.open())
      if (this.#list.isSilent(open, this.clock())) this.#list.close(open.socket, "silent");
    const heardAt = this.#list.isEmpty ? null : this.#list.lastHeardAt();
    return { at: heardAt === null ? at : Math.max(heardAt, at ?? 0) };
  }

  /** Stores a ticket for a socket. `ticket` and `secret` are digests; the secret is the token's. */
  issueTicket({ ticket, secret }: TicketDigests, guid: string, timing: Timing): void {
    this.introduce(guid, timing);
    this.#tickets.issue(ticket, secret, timing.now);
  }

  /** Uses up a ticket: the digest of the token's secret; null if the ticket is not valid. */
  redeemTicket(ticket: string, { now }: Timing): { secret: string | null } {
    return { secret: this.#tickets.redeem(ticket, now) };
  }

  override async alarm(info: AlarmInvocationInfo): Promise<void> {
    this.forgetAlarm();
    // Do what is due first, so that the alarm is then set for what comes next.
    try {
      await this.#sockets.alarm(Math.max(info.scheduledTime, this.clock()));
    } finally {
      await super.alarm(info);
    }
  }

  protected override otherDeadline(): number | null {
    return this.#sockets.nextAlarm();
  }

  protected override notify(type: "cancel" | "lease_lost", { job, attempt, leaseId }: Lease): void {
    if (leaseId !== null && !this.#list.isEmpty)
      this.#list.sendAll({ type, lease_id: leaseId, job, attempt });
  }

  protected override expectJobs(inMs: number): void {
    this.ctx.waitUntil(this.#sockets.expectJobs(this.clock() + inMs));
  }
}
