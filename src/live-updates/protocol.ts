/** A change in D1 that pages may show. */
export interface Changed {
  /** The project that it belongs to; null: none, or several. */
  projectId: number | null;
  /** Whether it may have ended sessions: a token was revoked or has another secret. */
  sessions?: boolean;
  /** The job that was moved; null: any of the project may have been. Left out: none was. */
  jobId?: number | null;
}

/** All calls of the object. Each may be made twice. */
export interface LiveProtocol {
  /** Something changed: tells the pages whose sessions may see it. */
  changed(changed: Changed): Promise<void>;
  /** The user signed out: closes the session's sockets. */
  endSession(sessionId: string): void;
}

/** The session of a page. It is stored on the page's socket. Times in epoch milliseconds. */
export interface Watcher {
  sessionId: string;
  /** 0: the bootstrap token. */
  tokenId: number;
  mark: string;
  /** The only projects that it may see; null: all, or too many to store. */
  projectIds: readonly number[] | null;
  /** When the session ends by itself. */
  until: number;
  /** When the session was last checked. */
  checkedAt: number;
}

/** What a session may see and when it ends; null if it has ended. Throws `unavailable`. */
export type FindSession = (
  env: Env,
  watcher: Watcher,
  now: number,
) => Promise<Pick<Watcher, "projectIds" | "until"> | null>;

/** More are not stored, because a socket has room for 16 kB. The pages are then told of changes in all projects. */
const MAX_PROJECTS = 500;

export const storedProjects = (projectIds: readonly number[] | null): readonly number[] | null =>
  projectIds !== null && projectIds.length > MAX_PROJECTS ? null : projectIds;

/** A job whose moves a request waits for. */
export interface WatchedJob {
  projectId: number;
  jobId: number;
  /** The token of the request. 0: the bootstrap token. */
  tokenId: number;
}

/** The URL of a request for a socket that is told of a job's moves. */
export const watchJobUrl = (job: WatchedJob): string =>
  `https://live.object/job?${new URLSearchParams({ job: JSON.stringify(job) })}`;

/** The job in such a URL; undefined in any other. */
export const watchedJobIn = (url: string): WatchedJob | undefined => {
  const job = new URL(url).searchParams.get("job");
  return job === null ? undefined : JSON.parse(job);
};

/** The URL of a page's request for a socket. Only this service can send requests to the object. */
export const watchUrl = (watcher: Watcher): string =>
  `https://live.object/socket?${new URLSearchParams({ watcher: JSON.stringify(watcher) })}`;

/** The watcher in such a URL. */
export const watcherIn = (url: string): Watcher =>
  JSON.parse(new URL(url).searchParams.get("watcher") ?? "null");
