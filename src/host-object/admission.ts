import type { Timing } from "./timing.ts";

/** The token that opened a socket. Times in epoch milliseconds; null: never. */
export interface SocketToken {
  tokenId: number;
  name: string;
  scope: "admin" | "host";
  /** The only projects that it may see; null: all. */
  projectIds: number[] | null;
  /** The only host that it may act for; null: any. */
  hostId: number | null;
  replacedAt: number | null;
  expiresAt: number | null;
}

/** A socket whose token and host the Worker has checked. */
export interface Admission {
  hostId: number;
  guid: string;
  /** SHA-256 of the token's secret; null for the bootstrap token. */
  digest: string | null;
  token: SocketToken;
  /** If the socket ends without a goodbye, the host should reconnect within this many seconds. */
  reconnectWithinSeconds: number;
  timing: Timing;
}

/** The URL of a request for a socket. Only this service can send requests to an object. */
export const admissionUrl = (admission: Admission): string =>
  `https://host.object/socket?${new URLSearchParams({ admission: JSON.stringify(admission) })}`;

/** The admission in such a URL. */
export const admissionIn = (url: string): Admission =>
  JSON.parse(new URL(url).searchParams.get("admission") ?? "null");
