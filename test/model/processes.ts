import { runInDurableObject } from "cloudflare:test";
import { z } from "zod";
import { askForSocket, HostSocket, type Message } from "../push/socket-client.ts";
import type { Answer } from "../world.ts";
import type { Owner } from "./commands.ts";
import { demand } from "./moves.ts";
import { aMoment, type ObjectWork } from "./object-work.ts";
import type { Place, Scene } from "./scene.ts";

/** A process of a host on its socket. */
export interface Process {
  owner: Owner;
  hostId: number;
  socket: HostSocket;
  slots: number;
  /** How many jobs it was offered since it said how many it may begin. */
  offered: number;
  /** It neither reads nor sends any more, and nobody closed its socket. */
  isDead: boolean;
  /** How many messages it has dealt with. */
  read: number;
}

/** The socket was closed before an answer came. */
export const CUT = 0;

export const asAnswer = (status: number, body: object = {}): Answer => ({
  status,
  headers: new Headers(),
  text: JSON.stringify(body),
  body,
});

const sessions = z.array(
  z.object({
    hello: z.object({ owner: z.string() }).nullable(),
    nextId: z.int(),
    unanswered: z.array(z.unknown()),
    closed: z.boolean(),
  }),
);

/** A host's object as its sockets are seen there, and when its alarm is due. */
const seenBy = (scene: Scene, hostId: number) =>
  runInDurableObject(scene.objectOf(hostId), async (_, state) => ({
    open: sessions
      .parse(
        state
          .getWebSockets()
          .filter(({ readyState }) => readyState === WebSocket.OPEN)
          .map((socket) => socket.deserializeAttachment()),
      )
      .filter(({ closed }) => !closed),
    listed: state.getWebSockets().length,
    alarm: await state.storage.getAlarm(),
  }));

const named = ({ messages }: HostSocket): Message[] => messages.filter(({ id }) => id !== undefined);

/** How long anything may take that nothing holds. */
const SLOW_MS = 20_000;
/** So often in a row nothing must be under way: between two pieces of work of one message there is a moment without. */
const RESTS = 3;

/** The processes of a scene's hosts on their sockets. */
export class Processes {
  all: Process[] = [];
  readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Those of a host, or of all hosts, that can say something. */
  living(hostId?: number): Process[] {
    return this.all.filter(
      (each) => !each.isDead && !each.socket.closed && (hostId === undefined || each.hostId === hostId),
    );
  }

  /** Opens a socket and says hello on it. */
  async connect(
    { hostId }: Place,
    { owner, slots, running }: { owner: Owner; slots: number; running: readonly object[] },
  ): Promise<Answer> {
    const { world, ground } = this.scene;
    const { status, webSocket } = await askForSocket(world, hostId, { token: ground.token });
    if (!webSocket) return asAnswer(status);
    const socket = new HostSocket(webSocket);
    const process: Process = { owner, hostId, socket, slots, offered: 0, isDead: false, read: 0 };
    this.all.push(process);
    return this.say(process, "hello", { owner, slots, lease_seconds: 120, running });
  }

  /** Says something once or twice: it is answered the same. */
  async say({ socket }: Process, type: string, facts: object = {}, times = 1): Promise<Answer> {
    if (socket.closed) return asAnswer(CUT);
    const id = socket.say(type, { ...facts });
    for (let sent = 1; sent < times; sent++) socket.say(type, { ...facts, id });
    const answers: Answer[] = [];
    for (let nth = 0; nth < times; nth++) {
      const answer = await socket.answerUnlessClosed(id, nth);
      if (!answer) return asAnswer(CUT);
      const { request_id: _, ...body } = answer.body;
      answers.push(asAnswer(answer.status, body));
    }
    const [first = asAnswer(CUT), ...others] = answers;
    for (const { status, text } of others)
      demand(
        status === first.status && text === first.text,
        "a message sent again is answered the same",
        type,
        first,
        text,
      );
    return first;
  }

  /** A message of no known type shows that a process lives, and does nothing else. */
  async keepAlive(): Promise<void> {
    for (const process of this.living()) await this.say(process, "unheard-of");
  }

  /** A process closes its socket, or dies without a close. */
  leave(process: Process, dies: boolean): void {
    process.isDead = true;
    process.offered = 0;
    if (!dies) process.socket.socket.close(1000, "over");
  }

  /** Waits until each side has what the other sent, and nothing is under way but what is held. Gives each host's alarm. */
  async settle(work: ObjectWork, isAlarmHeld: boolean): Promise<Map<number, number | null>> {
    const alarms = new Map<number, number | null>();
    for (const hostId of new Set(this.all.map((each) => each.hostId))) {
      const from = Date.now();
      let rested = 0;
      for (;;) {
        this.#acknowledge(hostId);
        const seen = await seenBy(this.scene, hostId);
        rested = (work.rests || isAlarmHeld) && this.#isTold(hostId, seen) ? rested + 1 : 0;
        if (rested === RESTS) {
          alarms.set(hostId, seen.alarm);
          break;
        }
        demand(Date.now() - from < SLOW_MS, "what is sent on a socket arrives", hostId, seen);
        await aMoment();
      }
    }
    return alarms;
  }

  /** The messages that came since the last call, to those who live. Forgets who is gone. */
  news(): { process: Process; message: Message }[] {
    const news = this.all.flatMap((process) => {
      const came = process.socket.messages.slice(process.read);
      process.read = process.socket.messages.length;
      return came.map((message) => ({ process, message }));
    });
    this.all = this.all.filter(({ socket }) => !socket.closed);
    return news;
  }

  /** Each message of the service is answered. */
  #acknowledge(hostId: number): void {
    for (const { socket, read } of this.living(hostId))
      for (const { id, type } of socket.messages.slice(Math.max(read, socket.acknowledged)))
        if (id !== undefined && type !== "answer")
          socket.socket.send(JSON.stringify({ type: "answer", to: id }));
    for (const { socket } of this.living(hostId)) socket.acknowledged = socket.messages.length;
  }

  #isTold(hostId: number, { open, listed }: Awaited<ReturnType<typeof seenBy>>): boolean {
    if (listed > open.length) return false;
    const own = this.all.filter((each) => each.hostId === hostId && !each.socket.closed);
    if (own.length !== open.length) return false;
    return own.every(({ owner, socket, isDead }) => {
      const session = open.find(({ hello }) => hello?.owner === owner);
      return (
        session !== undefined &&
        session.nextId - 1 === named(socket).length &&
        (isDead || session.unanswered.length === 0)
      );
    });
  }
}
