import type { Said, SocketAnswer } from "../wire/socket-messages.ts";
import { KEEP_ALIVE_SECONDS, MAX_MESSAGE_BYTES, MAX_MESSAGES_A_SECOND } from "../wire/socket-messages.ts";
import { formatWireTime } from "../wire/times.ts";
import { isOfferTo, projectOfLease, renewAfterSeconds, renewRun } from "./lease-rules.ts";
import { refusedWith } from "./socket-input.ts";
import type { OpenSocket } from "./socket-list.ts";
import type { SocketLooks } from "./socket-looks.ts";
import type { SocketParts } from "./socket-parts.ts";
import type { SocketTokens } from "./socket-tokens.ts";

/** The messages that need D1 or R2. */
type Reporting = Said<"accept"> | Said<"report"> | Said<"log">;

/** How many processes of a host may have a socket. */
const MAX_SOCKETS = 4;

/** Handles and answers each message of a host. A message that is sent again gets the same answer. */
export class SocketReplies {
  readonly #parts: SocketParts;
  readonly #tokens: SocketTokens;
  readonly #looks: SocketLooks;
  /** The reports and log chunks that are being handled, by lease. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: SocketParts, tokens: SocketTokens, looks: SocketLooks) {
    this.#parts = parts;
    this.#tokens = tokens;
    this.#looks = looks;
  }

  async hello({ socket, session }: OpenSocket, said: Said<"hello">): Promise<void> {
    const { list, leases, object, clock, timingAt } = this.#parts;
    const { owner, running } = said;
    const now = clock();
    const repeated = session.hello?.id === said.id;
    if (session.hello && session.hello.owner !== owner) {
      const why = `this socket is ${session.hello.owner}'s; open another`;
      return list.answer(socket, said.id, refusedWith(409, "other_owner", why));
    }
    const others = list.open().filter((open) => open.socket !== socket && open.session.hello);
    const before = others.filter((other) => other.session.hello?.owner === owner);
    if (others.length - before.length >= MAX_SOCKETS) return list.close(socket, "too_many_sockets");
    for (const other of before) list.close(other.socket, "replaced");
    if (!repeated) {
      // Jobs that were offered and never arrived can be leased again by anyone.
      const has = new Set(running.map(({ lease_id }) => lease_id));
      for (const lease of leases.unaccepted())
        if (lease.leaseId !== null && !has.has(lease.leaseId) && isOfferTo(owner, lease))
          object.giveBack(lease.leaseId, timingAt(now));
      const { slots, agents = null, lease_seconds: leaseSeconds } = said;
      const hello = { id: said.id, owner, leaseSeconds };
      list.change(socket, { hello, slots, agents, unanswered: [], lookAt: now });
    }
    const body = { running: running.map(({ lease_id }) => this.#stateOf(lease_id, now)) };
    list.answer(socket, said.id, { status: 200, body });
    if (repeated) return;
    list.send(socket, {
      type: "settings",
      keep_alive_seconds: KEEP_ALIVE_SECONDS,
      max_message_bytes: MAX_MESSAGE_BYTES,
      max_messages_a_second: MAX_MESSAGES_A_SECOND,
      again_within_seconds: session.reconnectWithinSeconds,
    });
    await this.#looks.look();
  }

  #stateOf(leaseId: string, now: number) {
    const lease = renewRun(this.#parts.leases.leaseWithId(leaseId), now);
    const cancelled = lease !== null && lease.cancelAt !== null;
    return { lease_id: leaseId, in_force: lease !== null, cancel_requested: cancelled };
  }

  answered({ socket, session }: OpenSocket, to: number): void {
    const unanswered = session.unanswered.filter(({ id }) => id !== to);
    if (unanswered.length < session.unanswered.length) this.#parts.list.change(socket, { unanswered });
  }

  async ready({ socket }: OpenSocket, { id, slots, agents }: Said<"ready">): Promise<void> {
    const { list } = this.#parts;
    const open = list.change(socket, agents ? { slots, agents } : { slots });
    list.answer(socket, id, { status: 200, body: { slots } });
    if (open) this.#tokens.checkLater(open);
    await this.#looks.look();
  }

  renew(open: OpenSocket, { id, lease_id: leaseId }: Said<"renew">): void {
    const { list, object, clock, timingAt } = this.#parts;
    const { projectIds } = open.session.token;
    const project = projectOfLease(leaseId);
    const isKnown = projectIds === null || (project !== undefined && projectIds.includes(project));
    const renewed = isKnown ? object.renew(leaseId, timingAt(clock())) : undefined;
    list.answer(
      open.socket,
      id,
      renewed?.renewed
        ? {
            status: 200,
            body: {
              expires_at: formatWireTime(renewed.expiresAt),
              renew_after_seconds: renewAfterSeconds(renewed.leaseMs),
              cancel_requested: renewed.cancelRequested,
            },
          }
        : refusedWith(409, "lease_lost", "the lease is not in force: stop the run"),
    );
    this.#tokens.checkLater(open);
  }

  /** Handles the reports and log chunks of one lease in order: messages can overtake each other while D1 is read. */
  async serveInTurn(open: OpenSocket, said: Reporting): Promise<void> {
    const { status } = await this.#inTurn(said.lease_id, () => this.#serve(open, said));
    if (said.type !== "report" || status >= 300) return;
    // Not in turn: what is said of the lease next does not wait for the jobs of others.
    this.#looks.runEnded();
    await this.#looks.look();
  }

  async #serve({ socket }: OpenSocket, said: Reporting): Promise<Pick<SocketAnswer, "status">> {
    const { list } = this.#parts;
    const open = list.of(socket);
    if (!open) return UNAVAILABLE;
    let answer: SocketAnswer = UNAVAILABLE;
    try {
      if (!(await this.#tokens.check(open))) return UNAVAILABLE;
      answer = await this.#answerTo(list.of(socket) ?? open, said);
    } catch {
      // D1 did not answer the token check.
    }
    list.answer(socket, said.id, answer);
    this.#parts.setAlarm();
    return answer;
  }

  #answerTo({ session }: OpenSocket, said: Reporting): Promise<SocketAnswer> {
    const { env, object, work, clock } = this.#parts;
    const { hostId, token, hello, id } = session;
    const call = {
      env: env(),
      object,
      hostId,
      token,
      owner: hello?.owner ?? "",
      key: `socket ${id} ${said.id}`,
      ...{ now: clock(), clock },
    };
    return said.type === "log" ? work.appendLog(call, said) : work.report(call, said);
  }

  #inTurn<Served>(leaseId: string, serve: () => Promise<Served>): Promise<Served> {
    const before = this.#turns.get(leaseId) ?? Promise.resolve();
    const turn = before.then(serve).finally(() => {
      if (this.#turns.get(leaseId) === turn) this.#turns.delete(leaseId);
    });
    this.#turns.set(leaseId, turn);
    return turn;
  }
}

const UNAVAILABLE = refusedWith(503, "unavailable", "the storage did not answer; say the same again");
