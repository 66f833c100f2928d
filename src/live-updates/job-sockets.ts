import type { WatchedJob } from "./protocol.ts";

/** How many requests of one token may have a socket. More wait without one, and look again by themselves. */
const MAX_A_TOKEN = 500;
const MOVED = "moved";

const ALL = "waits";
const ofToken = (id: number): string => `waits of token ${id}`;
const ofProject = (id: number): string => `waits of project ${id}`;
const ofJob = (id: number): string => `waits of job ${id}`;

/**
 * Accepts the socket of a request that waits for a job. Nothing is stored on it but its tags, so the object can
 * sleep. The Worker closes it when the request ends, also because its client went away.
 */
export const acceptJobSocket = (
  ctx: DurableObjectState,
  { projectId, jobId, tokenId }: WatchedJob,
): Response => {
  if (ctx.getWebSockets(ofToken(tokenId)).length >= MAX_A_TOKEN) return new Response(null, { status: 429 });
  const { 0: client, 1: server } = new WebSocketPair();
  ctx.acceptWebSocket(server, [ALL, ofToken(tokenId), ofProject(projectId), ofJob(jobId)]);
  return new Response(null, { status: 101, webSocket: client });
};

/** The tag of the sockets that are told of a move. */
const tagOf = ({ projectId, jobId }: { projectId: number | null; jobId: number | null }): string => {
  if (jobId !== null) return ofJob(jobId);
  return projectId === null ? ALL : ofProject(projectId);
};

/** Tells the requests that wait for the job, or for any job of the project; null: of all projects. */
export const tellJobSockets = (
  ctx: DurableObjectState,
  moved: { projectId: number | null; jobId: number | null },
): void => {
  for (const socket of ctx.getWebSockets(tagOf(moved))) {
    try {
      socket.send(MOVED);
    } catch {
      // It is closed.
    }
  }
};
