import type { Ready } from "../world.ts";

export type Scope = "admin" | "operator" | "host" | "metrics";

/** A call, and the scopes that it is for; "anyone": for who has no token too. */
interface Allowed {
  request: (ready: Ready) => [method: string, path: string, body?: unknown];
  scopes: readonly Scope[] | "anyone";
}

/** Calls by what they do. They say what is allowed by themselves, and ask nothing of `src/access`. */
export type Calls = Readonly<Record<string, Allowed>>;

export const ALL: readonly Scope[] = ["admin", "operator", "host"];
export const PEOPLE: readonly Scope[] = ["admin", "operator"];
export const HOSTS: readonly Scope[] = ["admin", "host"];
export const ADMIN: readonly Scope[] = ["admin"];

export const project = ({ projectId }: Ready) => `/api/v3/projects/${projectId}`;
export const host = ({ hostId }: Ready) => `/api/v3/automation/hosts/${hostId}`;
export const job = (ready: Ready) => `${project(ready)}/automation/jobs/${ready.jobId}`;
export const schedules = (ready: Ready) => `${project(ready)}/automation/schedules`;
