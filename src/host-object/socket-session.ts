import type { Admission, SocketToken } from "./admission.ts";

/** The process that said hello. */
interface Hello {
  /** The id of its hello. The same id again is a retry. */
  id: number;
  owner: string;
  leaseSeconds: number;
}

/**
 * The state of one socket. It is stored on the socket, so it survives an eviction of the object and ends with
 * the socket. Times in epoch milliseconds.
 */
export interface Session {
  id: string;
  hostId: number;
  /** SHA-256 of the token's secret; null for the bootstrap token, which changes only with a deploy. */
  digest: string | null;
  token: SocketToken;
  /** When the token was last read from D1. */
  checkedAt: number;
  /** When the token must be read again, because it may have changed; null: not before it is used. */
  checkBy: number | null;
  openedAt: number;
  /** When its last message arrived. The platform keeps the time of keep-alives. */
  heardAt: number;
  /** Null until its process says hello. */
  hello: Hello | null;
  /** How many jobs the process may begin, by its own report. */
  slots: number;
  /** The agents whose jobs it takes; null: all. */
  agents: number[] | null;
  /** The id of the next message to it. */
  nextId: number;
  /** The offers that it has not answered, and so has not counted in `slots`. */
  unanswered: { id: number; jobs: number }[];
  /** From when on a job may be due that it was not offered. */
  lookAt: number;
  /** Whether jobs were found that wait behind others of their schedules. */
  held: boolean;
  /** If it ends without a goodbye, the host should reconnect within this many seconds. */
  reconnectWithinSeconds: number;
  /** The service closed it. */
  closed: boolean;
}

/** How long a socket may stay without a hello. */
export const HELLO_MS = 10_000;
/** How long a read of the token from D1 is valid. */
const VALID_MS = 30_000;
/** When to read a token that is being changed. */
export const CHECK_MS = 25_000;

/** The session of a socket that was opened at `now`. */
export const newSession = (
  { hostId, digest, token, reconnectWithinSeconds }: Admission,
  now: number,
): Session => ({
  id: crypto.randomUUID(),
  hostId,
  digest,
  token,
  checkedAt: now,
  // Its token may have changed since the Worker checked it, before its own object knew of the host.
  checkBy: digest === null || token.hostId === hostId ? null : now + CHECK_MS,
  openedAt: now,
  heardAt: now,
  hello: null,
  slots: 0,
  agents: null,
  nextId: 1,
  unanswered: [],
  lookAt: now,
  held: false,
  reconnectWithinSeconds,
  closed: false,
});

/** How many more jobs its process may be offered. */
export const freeSlots = ({ slots, unanswered }: Session): number =>
  Math.max(0, slots - unanswered.reduce((sum, { jobs }) => sum + jobs, 0));

/** Whether to look for jobs for it. */
export const isReady = (session: Session): boolean => session.hello !== null && freeSlots(session) > 0;

/** When its token ends by itself. */
const goodUntil = ({ replacedAt, expiresAt }: SocketToken): number =>
  Math.min(replacedAt ?? Infinity, expiresAt ?? Infinity);

/** Whether its token is limited to its host. The object is notified of each change of such a token. */
export const isLimited = ({ token, hostId }: Session): boolean => token.hostId === hostId;

/** Whether its token must be read again before a message is accepted. */
export const isCheckDue = ({ digest, token, checkedAt, checkBy }: Session, now: number): boolean =>
  digest !== null &&
  (now >= checkedAt + VALID_MS || now >= goodUntil(token) || (checkBy !== null && now >= checkBy));

/** When the alarm must check a socket. `expiry`: when the first lease expires that is not accepted. */
export const deadlineOfSession = (session: Session, expiry: number | null): number =>
  Math.min(
    session.hello === null ? session.openedAt + HELLO_MS : Infinity,
    session.digest === null ? Infinity : goodUntil(session.token),
    session.checkBy ?? Infinity,
    isReady(session) ? Math.min(session.lookAt, expiry ?? Infinity) : Infinity,
  );
