import type { CallHost } from "../host-object/client.ts";
import { DomainError } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import { type AuthContext, type Authenticated, admit, BOOTSTRAP, findGoodToken } from "./authenticate.ts";

const RANDOM_BYTES = 32;

/** Stands for the bootstrap token, which has no digest in D1. */
export const BOOTSTRAP_SECRET = "bootstrap";

/** A new ticket: 32 random bytes in hex. */
export const makeTicket = (): string =>
  [...crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

const refused = (): DomainError =>
  new DomainError(
    "unauthorized",
    "the ticket is unknown, was used or is older than 30 s; POST .../socket-ticket gives another",
  );

/** Who requested a ticket of a host. Uses the ticket up. Throws `unauthorized`. */
export const authenticateByTicket = async (
  auth: AuthContext,
  host: CallHost,
  { hostId, ticket }: { hostId: number; ticket: string },
): Promise<Authenticated & { secret: string }> => {
  const digest = await sha256(ticket);
  const { secret } = await host(hostId, (object, timing) => object.redeemTicket(digest, timing));
  if (secret === null) throw refused();
  if (secret === BOOTSTRAP_SECRET) return { actor: BOOTSTRAP, goodUntil: null, secret };
  const found = await findGoodToken(auth.db, secret, auth.now);
  if (!found) throw refused();
  return { ...admit(auth, found), secret };
};
