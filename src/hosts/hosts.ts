import * as z from "zod";
import { introduceHost } from "../access/host-contact.ts";
import { getHost } from "../access/known.ts";
import type { HostRow } from "../access/known-store.ts";
import { nameOf } from "../access/permissions.ts";
import { makeRepeatableToken, makeToken, prefixOf } from "../access/token-secret.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { invalidating } from "../host-object/cache-invalidation.ts";
import { askPing, prefetchedPing } from "../host-object/prefetch.ts";
import { windowStart } from "../host-object/timing.ts";
import { knownCancels } from "../jobs/cancel-requests.ts";
import { heedRunning } from "../jobs/doubts.ts";
import { type Creation, creationOf, refuseReusedKey } from "../replay/replay.ts";
import { text } from "../wire/fields.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import { enrolHost, type HostFacts, updateHost as storeUpdate, upsertHost } from "./registration-store.ts";
import { readAnswered, readHosts, recordPing, retireHost as storeRetirement } from "./store.ts";
import { clockOffsetOf } from "./wire.ts";

/** A host as it describes itself ("Register an Automation Host"). */
export const hostInput = z.object({
  host_name: text(),
  ip_address: text(),
  mac_address: text(),
  host_guid: text(),
});
type HostInput = z.output<typeof hostInput>;

/** What a guid is compared by: without case, without space around it. */
const comparableGuid = (guid: string): string => guid.trim().toLowerCase();

const factsOf = (input: HostInput): HostFacts => ({
  guid: comparableGuid(input.host_guid),
  guidAsSent: input.host_guid,
  name: input.host_name,
  ipAddress: input.ip_address,
  macAddress: input.mac_address,
});

export interface Registered {
  host: HostRow;
  created: boolean;
  /** A token limited to the host, for who came with one that only registers. */
  token: string | undefined;
}

/**
 * Registers a host; one whose guid is known keeps its id, retired or not, and `created` is false. A token that only
 * registers is answered with one for the new host, and refused a known guid. Throws `forbidden`, `host_guid_taken`,
 * `host_known`.
 */
export const registerHost = async (call: Call, input: HostInput): Promise<Registered> => {
  const facts = factsOf(input);
  const creation = await creationOf(call, input);
  const { host, token, madeBy } = call.actor.registerOnly
    ? await enrol(call, facts, creation)
    : await upsert(call, facts, creation);
  try {
    await introduceHost(call, host.id, facts.guid);
  } catch (error) {
    // Who only registers may be unable to ask again, and the answer has the only copy of the token. The first ping introduces too.
    if (token === undefined) throw error;
    call.log("host_not_introduced", { host_id: host.id, request_id: call.request.id });
  }
  return { host, created: host.creationKey === madeBy, token };
};

/** A host with what it takes to tell whether it was made: by this request, or the one that it repeats. */
interface Upserted {
  host: HostRow;
  token: string | undefined;
  madeBy: string;
}

const upsert = async (call: Call, facts: HostFacts, creation: Creation): Promise<Upserted> => {
  const { actor, db } = call;
  const author = authorOf(call, "registerHost");
  const { claim, host } = await upsertHost(db, facts, { knower: actor, author, creation });
  refuseReusedKey(creation, claim);
  if (host) return { host, token: undefined, madeBy: claim?.madeBy ?? creation.creationKey };
  throw actor.hostId === null
    ? guidTaken(facts.guidAsSent)
    : new DomainError(
        "forbidden",
        `this token is limited to host ${actor.hostId}; register with its host_guid`,
      );
};

/** The secret of a host's own token: the same for each repeat of one request that came with a key. */
const secretFor = ({ deploymentSecret }: Call, { claim }: Creation): Promise<string> =>
  claim && deploymentSecret !== ""
    ? makeRepeatableToken("host", deploymentSecret, `${claim.scopeDigest} ${claim.bodyDigest}`)
    : makeToken("host");

/** A new host, with a token that is limited to it. A repeat of the request that made them is answered with both. */
const enrol = async (call: Call, facts: HostFacts, creation: Creation): Promise<Upserted> => {
  const { actor, db } = call;
  const secret = await secretFor(call, creation);
  const token = {
    name: facts.name,
    scope: "host",
    digest: await sha256(secret),
    prefix: prefixOf(secret),
    projectIds: actor.projectIds,
    registerOnly: false,
    createdBy: nameOf(actor),
    expiresAt: null,
  } as const;
  const { claim, host } = await enrolHost(db, facts, {
    token,
    author: authorOf(call, "registerHost"),
    creation,
  });
  refuseReusedKey(creation, claim);
  if (host) return { host, token: secret, madeBy: claim?.madeBy ?? creation.creationKey };
  throw new DomainError(
    "host_known",
    `a host with the host_guid ${facts.guidAsSent} was registered before; ask an admin for a token limited to it`,
  );
};

const guidTaken = (guid: string): DomainError =>
  new DomainError("host_guid_taken", `host_guid ${guid} is another host's`);

/** To a token limited to projects: which of the two it is, it may not know. */
const guidNotYours = (guid: string, id: number): DomainError =>
  new DomainError(
    "host_guid_taken",
    `host_guid ${guid} is another host's, or host ${id} serves other projects too; ask an admin to change it`,
  );

/** Updates a host. Throws `not_found`, `host_guid_taken`. */
export const updateHost = async (call: Call, id: number, input: HostInput): Promise<HostRow> => {
  const facts = factsOf(input);
  const host = await storeUpdate(call.db, id, {
    facts,
    knower: call.actor,
    author: authorOf(call, "updateHost"),
  });
  if (!host) {
    await getHost(call, id);
    throw call.actor.projectIds === null ? guidTaken(input.host_guid) : guidNotYours(input.host_guid, id);
  }
  await introduceHost(call, id, facts.guid);
  return host;
};

export const pingInput = z.object({
  host_guid: text(),
  ping_time: z
    .unknown()
    .optional()
    .meta({ description: "The host's own time, to be compared with ours; what is no time is ignored" }),
  trouble: z.unknown().optional().meta({
    description:
      "Why the host asks for no jobs, in words for its page in the console, until a ping says null; what is no text counts as null",
  }),
});

const TROUBLE_CHARACTERS = 500;

/** What a ping says keeps its host from asking for jobs; null where nothing does. */
const troubleIn = (trouble: unknown): string | null =>
  (typeof trouble === "string" && trouble.trim().toWellFormed().slice(0, TROUBLE_CHARACTERS)) || null;

const PLAIN_GUID = /^[\x20-\ud7ff\ue000-\uffff]{1,255}$/;

/** Whether a ping says more than that its host is there. */
export const saysTrouble = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "trouble" in body;

/** The guid of a ping whose body says it plainly, as it is compared; the others are for `pingInput` to read or refuse. */
export const plainGuid = (body: unknown): string | undefined => {
  if (typeof body !== "object" || body === null || !("host_guid" in body)) return undefined;
  const { host_guid: guid } = body;
  return (typeof guid === "string" && PLAIN_GUID.test(guid) && comparableGuid(guid)) || undefined;
};

/**
 * Takes a ping: one call of the host's object, and D1 only with the first ping of a window ("Ping from an
 * Automation Host to qTest"). Throws `not_found`, `host_guid_mismatch`.
 */
export const pingHost = async (
  call: Call,
  id: number,
  input: z.output<typeof pingInput>,
): Promise<{ cancelRequested: number[] }> => {
  const guid = comparableGuid(input.host_guid);
  let reply = prefetchedPing(call, id, guid) ?? (await askPing(call.host, id, guid));
  if (reply.heard === "unknown_host" || reply.heard === "other_guid") {
    const host = await getHost(call, id);
    if (host.guid !== guid) throw guidMismatch(id, input.host_guid);
    await introduceHost(call, id, guid);
    reply = await askPing(call.host, id, guid);
  }
  const cancelRequested = await knownCancels(call, reply.cancelRequested);
  if (reply.heard !== "other_guid") await heedRunning(call, id);
  if (reply.heard !== "other_guid" && input.trouble !== undefined)
    await call.host(id, (object, { now }) => object.noteTrouble(troubleIn(input.trouble), now));
  if (reply.heard === "recorded") return { cancelRequested };
  const windowMs = call.settings.WINDOW_SECONDS * 1000;
  const windowStartAt = windowStart(call.now, windowMs);
  const host = await recordPing(call.db, {
    id,
    guid,
    now: call.now,
    windowStartAt,
    tokenId: call.actor.tokenId,
  });
  if (!host) {
    await call.host(id, (object) => object.forget());
    throw notFound("host", id);
  }
  if (host.guid !== guid) throw guidMismatch(id, input.host_guid);
  const clockOffsetMs = clockOffsetOf(input.ping_time, call.now);
  await call.host(id, (object, timing) => object.recorded(timing, clockOffsetMs));
  return { cancelRequested };
};
const guidMismatch = (id: number, guid: string): DomainError =>
  new DomainError(
    "host_guid_mismatch",
    `host_guid ${guid} is not that of host ${id}; register this host to learn its id`,
  );
/** The hosts that the caller may know of. */
export const listHosts = async ({ db, actor }: Call, page: Page): Promise<Listed<HostRow>> =>
  cutPage(await readHosts(db, actor, page), page);

/**
 * Retires a host: its open jobs are CANCELLED, later calls to it are 404, registering its guid again revives
 * it. Throws `not_found`, `host_has_running_job`.
 */
export const retireHost = async (call: Call, id: number): Promise<HostRow> => {
  const creation = await creationOf(call, {});
  const answered = creation.claim && (await readAnswered(call.db, id, creation));
  if (answered?.host && refuseReusedKey(creation, answered.claim)) return answered.host;
  const host = await getHost(call, id);
  // What the object knows of D1 is asked anew, should nobody be left to tell it of the end. A refusal takes nothing else from it.
  await call.host(id, (object) => object.doubt());
  const retired = await invalidating(call, {
    hosts: [id],
    write: ({ db }) => storeRetirement(db, id, { author: authorOf(call, "retireHost"), creation }),
  });
  refuseReusedKey(creation, retired.claim);
  if (!retired.host) {
    await getHost(call, id);
    throw new DomainError(
      "host_has_running_job",
      `host ${id} runs a job; cancel it or let it end, then retire the host`,
    );
  }
  await call.host(id, (object) => object.forget());
  return host;
};
