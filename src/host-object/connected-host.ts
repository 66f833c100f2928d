import { settingsOf } from "../settings.ts";
import { admissionIn } from "./admission.ts";
import { HostMoment } from "./host-object.ts";
import type { Lease } from "./lease-rules.ts";
import type { HostProtocol, ShownMoment } from "./protocol.ts";
import { CHANGE_MS, type Changed } from "./quiet-rules.ts";
import { SocketList } from "./socket-list.ts";
import { newSession } from "./socket-session.ts";
import type { SocketWork } from "./socket-work.ts";
import { Sockets } from "./sockets.ts";
import { TicketTable } from "./tickets.ts";
import { type Timing, timingOf } from "./timing.ts";

/** The whole of a host's object: its moment, and the sockets of its processes, which are told instead of asked. */
export abstract class ConnectedHost extends HostMoment implements HostProtocol {
  /** The sockets' ways to D1. */
  protected abstract readonly socketWork: SocketWork;
  readonly #list = new SocketList(this.ctx);
  readonly #tickets = new TicketTable(this.ctx.storage.sql);
  #made: Sockets | undefined;

  /** What time it is for what no caller brings; epoch milliseconds. */
  protected abstract clock(): number;

  get #sockets(): Sockets {
    this.#made ??= new Sockets({
      ...{ env: this.env, list: this.#list, leases: this.leases, cache: this.cache },
      ...{ object: this, work: this.socketWork },
      clock: () => this.clock(),
      timingAt: (now) => timingOf(now, settingsOf(this.env)),
      setAlarm: () => this.setAlarm(),
      noteLost: (at) => this.noteSocketLost(at),
    });
    return this.#made;
  }

  /** Takes in a socket of the host, which the Worker has judged. */
  override async fetch(request: Request): Promise<Response> {
    const admission = admissionIn(request.url);
    this.introduce(admission.guid, admission.timing);
    this.recorded(admission.timing, null);
    return this.#sockets.accept(newSession(admission, this.clock()));
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    return this.#sockets.message(socket, data);
  }

  override webSocketClose(socket: WebSocket, code: number): Promise<void> {
    return this.#sockets.closed(socket, code);
  }

  /** A socket that failed is told of by this alone. */
  override webSocketError(socket: WebSocket): Promise<void> {
    return this.#sockets.closed(socket, 1006);
  }

  override beginChange(id: string, changed: Changed, timing: Timing): void {
    super.beginChange(id, changed, timing);
    // Should its end not be told, it is looked for when it has run out.
    if (changed === "jobs") this.expectJobs(CHANGE_MS);
    else this.#sockets.expectTokens(false);
  }

  override endChange(id: string, changed: Changed, timing: Timing): void {
    super.endChange(id, changed, timing);
    if (changed === "jobs") this.expectJobs(0);
    else this.#sockets.expectTokens(true);
  }

  /** The host was retired: nobody speaks for it any more. */
  override forget(): void {
    super.forget();
    this.#list.closeAll("retired");
  }

  override shown(): ShownMoment {
    const sockets = this.#list.open().filter(({ session }) => session.hello).length;
    return { ...super.shown(), contactAt: this.lastContact().at, sockets };
  }

  /** An open socket is a contact: the platform knows when its host last said that it is there. */
  override lastContact(): { at: number | null } {
    const { at } = super.lastContact();
    const heardAt = this.#list.isEmpty ? null : this.#list.lastHeardAt();
    return { at: heardAt === null ? at : Math.max(heardAt, at ?? 0) };
  }

  /** Keeps a ticket for a socket, by its digest, with the digest of the secret that it stands for. */
  issueTicket(ticket: string, secret: string, guid: string, timing: Timing): void {
    this.introduce(guid, timing);
    this.#tickets.issue(ticket, secret, timing.now);
  }

  /** What a ticket stands for; it is good once. */
  redeemTicket(ticket: string, { now }: Timing): { secret: string | null } {
    return { secret: this.#tickets.redeem(ticket, now) };
  }

  override async alarm(info: AlarmInvocationInfo): Promise<void> {
    const looking = this.#sockets.alarm(Math.max(info.scheduledTime, this.clock()));
    await super.alarm(info);
    await looking;
  }

  protected override otherDeadline(): number | null {
    return this.#sockets.nextAlarm();
  }

  protected override tell(type: "cancel" | "lease_lost", { job, attempt, leaseId }: Lease): void {
    if (leaseId !== null && !this.#list.isEmpty)
      this.#list.sendAll({ type, lease_id: leaseId, job, attempt });
  }

  protected override expectJobs(inMs: number): void {
    this.ctx.waitUntil(this.#sockets.expectJobs(this.clock() + inMs));
  }
}
