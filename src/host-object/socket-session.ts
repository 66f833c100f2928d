import type { Admission, SocketToken } from "./admission.ts";

/** The process that said hello. */
interface Hello {
  /** The id of that message: sent again, it is the same. */
  id: number;
  owner: string;
  leaseSeconds: number;
}

/**
 * All that is known of one socket. It lies on the socket itself, where it outlives an eviction of the object, and ends
 * with it. Times in epoch milliseconds.
 */
export interface Session {
  id: string;
  hostId: number;
  /** SHA-256 of the token's secret; null of the bootstrap token's, which ends with a deploy. */
  digest: string | null;
  token: SocketToken;
  /** When D1 was last asked for the token. */
  judgedAt: number;
  /** By when it is asked again, since the token may have changed; null: not before it is used. */
  judgeBy: number | null;
  openedAt: number;
  /** When its last message came; keep-alives are the platform's to know. */
  heardAt: number;
  /** Null until its process said hello. */
  hello: Hello | null;
  /** How many jobs the process said that it may begin. */
  slots: number;
  /** The agents whose jobs it takes; null: all. */
  agents: number[] | null;
  /** The id of the next message to it. */
  nextId: number;
  /** The offers that it has not answered, and so has not counted in `slots`. */
  unanswered: { id: number; jobs: number }[];
  /** From when on a job may be due for it that it was not offered. */
  lookAt: number;
  /** Whether jobs were found that wait behind others of their schedules. */
  held: boolean;
  /** Where it ends without a goodbye: within how many seconds its host should come back. */
  againWithinSeconds: number;
  /** It was closed from here. */
  closed: boolean;
}

/** How long a socket may stay without a hello. */
export const HELLO_MS = 10_000;
/** For how long D1's word on a token holds. */
const VERDICT_MS = 30_000;
/** After how long a token that is being changed is asked for. */
export const JUDGE_MS = 25_000;

/** A socket that was just opened, at `now`. */
export const newSession = (
  { hostId, digest, token, againWithinSeconds }: Admission,
  now: number,
): Session => ({
  id: crypto.randomUUID(),
  hostId,
  digest,
  token,
  judgedAt: now,
  judgeBy: null,
  openedAt: now,
  heardAt: now,
  hello: null,
  slots: 0,
  agents: null,
  nextId: 1,
  unanswered: [],
  lookAt: now,
  held: false,
  againWithinSeconds,
  closed: false,
});

/** How many jobs its process may still be offered. */
export const freeSlots = ({ slots, unanswered }: Session): number =>
  Math.max(0, slots - unanswered.reduce((sum, { jobs }) => sum + jobs, 0));

/** Whether jobs are looked for on its behalf. */
export const isReady = (session: Session): boolean => session.hello !== null && freeSlots(session) > 0;

/** When its token ends by itself. */
const goodUntil = ({ replacedAt, expiresAt }: SocketToken): number =>
  Math.min(replacedAt ?? Infinity, expiresAt ?? Infinity);

/** Whether its token is limited to its host, whose object then hears of each change of it. */
export const isLimited = ({ token, hostId }: Session): boolean => token.hostId === hostId;

/** Whether its token must be asked for before it is heeded. */
export const isVerdictOld = ({ digest, token, judgedAt }: Session, now: number): boolean =>
  digest !== null && (now >= judgedAt + VERDICT_MS || now >= goodUntil(token));

/** When the object must look after a socket. `expiry`: when the first lease runs out that nobody accepted. */
export const deadlineOfSession = (session: Session, expiry: number | null): number =>
  Math.min(
    session.hello === null ? session.openedAt + HELLO_MS : Infinity,
    session.digest === null ? Infinity : goodUntil(session.token),
    session.judgeBy ?? Infinity,
    isReady(session) ? Math.min(session.lookAt, expiry ?? Infinity) : Infinity,
  );
