import type { Timing } from "./timing.ts";

/** Whom a socket speaks for; times in epoch milliseconds, null is never. */
export interface SocketToken {
  tokenId: number;
  name: string;
  scope: "admin" | "host";
  /** The only projects that it may know of. */
  projectIds: number[] | null;
  /** The only host that it may know of. */
  hostId: number | null;
  replacedAt: number | null;
  expiresAt: number | null;
}

/** A socket whose token and host the Worker has judged. */
export interface Admission {
  hostId: number;
  guid: string;
  /** SHA-256 of the token's secret; null of the bootstrap token's. */
  digest: string | null;
  token: SocketToken;
  /** Where the socket ends without a goodbye: within how many seconds its host should come back. */
  againWithinSeconds: number;
  timing: Timing;
}

/** The address by which an object is asked for a socket: only this service can send to it. */
export const admissionUrl = (admission: Admission): string =>
  `https://host.object/socket?${new URLSearchParams({ admission: JSON.stringify(admission) })}`;

/** What stands in such an address. */
export const admissionIn = (url: string): Admission =>
  JSON.parse(new URL(url).searchParams.get("admission") ?? "null");
