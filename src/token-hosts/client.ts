import { ifAvailable, retryingObject } from "../host-object/client.ts";
import type { TokenHostsProtocol } from "./protocol.ts";

/** The objects of tokens, each named by its token's id. */
export interface TokenHosts {
  /** A host is about to open a socket by a token. Throws `unavailable`. */
  opened(tokenId: number, hostId: number): Promise<void>;
  /** The hosts with sockets of a token read it again at `at`; epoch milliseconds. Throws `unavailable`. */
  changes(tokenId: number, at: number): Promise<void>;
}

export const tokenHostsIn = (objects: Env["TOKEN_HOSTS"]): TokenHosts => {
  const call = (tokenId: number, use: (object: TokenHostsProtocol) => Promise<void>) =>
    retryingObject(() => use(objects.get(objects.idFromName(String(tokenId)))));
  return {
    opened: (tokenId, hostId) => call(tokenId, (object) => object.opened(tokenId, hostId)),
    changes: (tokenId, at) => call(tokenId, (object) => object.changes(at)),
  };
};

/** How long a write of a token takes, at most. */
const WRITE_MS = 25_000;

/** A change of a token that is limited to no host. */
export interface TokenChange {
  tokenId: number;
  /** Epoch milliseconds. */
  clock: () => number;
  /** Whether the write must not wait for an unavailable object. */
  isUrgent: boolean;
}

/**
 * Runs a write of a token. The hosts with its sockets read it again after the write, or when `WRITE_MS` are
 * over, should this process end before. Throws `unavailable` if they can't be told.
 */
export const tellingHosts = async <Answer>(
  hosts: TokenHosts,
  { tokenId, clock, isUrgent }: TokenChange,
  write: () => Promise<Answer>,
): Promise<Answer> => {
  const begun = hosts.changes(tokenId, clock() + WRITE_MS);
  const isTold = isUrgent ? (await ifAvailable(begun)) !== undefined : await begun.then(() => true);
  const answer = await write();
  const ended = hosts.changes(tokenId, clock());
  await (isTold ? ifAvailable(ended) : ended);
  return answer;
};
