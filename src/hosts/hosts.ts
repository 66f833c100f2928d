import * as z from "zod";
import { introduceHost } from "../access/host-contact.ts";
import { getHost } from "../access/known.ts";
import type { HostRow } from "../access/known-store.ts";
import { nameOf } from "../access/permissions.ts";
import { makeRepeatableToken, makeToken, prefixOf } from "../access/token-secret.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { invalidating } from "../host-object/cache-invalidation.ts";
import { type Creation, creationOf, refuseReusedKey } from "../replay/replay.ts";
import { described } from "../wire/described.ts";
import { text } from "../wire/fields.ts";
import { LABEL, LABEL_FORM, MAX_LABELS } from "../wire/labels.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { DomainError } from "../wire/refusals.ts";
import { sha256 } from "../wire/sha256.ts";
import { comparableGuid } from "./guid.ts";
import { enrolHost, type HostFacts, updateHost as storeUpdate, upsertHost } from "./registration-store.ts";
import { readAnswered, readHosts, retireHost as storeRetirement } from "./store.ts";

const LABELS_FORM = `must be a list of at most ${MAX_LABELS} labels`;
const labelList = z
  .array(z.string(LABEL_FORM).regex(LABEL, LABEL_FORM), LABELS_FORM)
  .max(MAX_LABELS, LABELS_FORM)
  .transform((labels) => [...new Set(labels)]);

/** The body of "Register an Automation Host", and what the seed does not have: version and labels. */
export const hostInput = described(
  z.object({
    host_name: text(),
    ip_address: text(),
    mac_address: text(),
    host_guid: text(),
    version: text(60).nullish(),
    labels: labelList.nullish(),
  }),
  {
    name: "GivenHost",
    fields: {
      host_name: "The host's name, for people.",
      ip_address: "Its IP address, which is kept as it is sent.",
      mac_address: "Its MAC address, which is kept as it is sent.",
      host_guid: "What the host is known by when it registers again; compared without case.",
      version: "What runs on it, for people, in at most 60 characters; left out or null, the last one stays.",
      labels:
        "What it is or has, for people who look for it, each kept once; left out or null, the last ones stay.",
    },
    example: {
      host_name: "Host server - 192.168.74.73",
      ip_address: " 192.168.74.73",
      mac_address: "00:15:5D:4A:4D:01",
      host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E",
      version: "muster-host 0.1.0",
      labels: ["linux", "gpu:a100"],
    },
  },
);
type HostInput = z.output<typeof hostInput>;

const factsOf = (input: HostInput): HostFacts => ({
  guid: comparableGuid(input.host_guid),
  guidAsSent: input.host_guid,
  name: input.host_name,
  ipAddress: input.ip_address,
  macAddress: input.mac_address,
  ...(input.version == null ? {} : { version: input.version }),
  ...(input.labels == null ? {} : { labels: JSON.stringify(input.labels) }),
});

export interface Registered {
  host: HostRow;
  created: boolean;
  /** A token limited to the new host, if the caller's token is register-only. */
  token: string | undefined;
}

/**
 * Registers a host. A known guid keeps its id, even if retired, and `created` is false. A register-only token gets a
 * token for the new host, and is refused a known guid. Throws `forbidden`, `host_guid_taken`, `host_known`.
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
    // A register-only token may be unable to retry, and the response has the only copy of the new token. The first ping
    // introduces the host too.
    if (token === undefined) throw error;
    call.log("host_not_introduced", { host_id: host.id, request_id: call.request.id });
  }
  return { host, created: host.creationKey === madeBy, token };
};

/** A host, its new token, and the creation key of the request that wrote it or that this one repeats. */
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

/** The secret of a new host's token: the same for every repeat of a request with an idempotency key. */
const secretFor = ({ deploymentSecret }: Call, { claim }: Creation): Promise<string> =>
  claim && deploymentSecret !== ""
    ? makeRepeatableToken("host", deploymentSecret, `${claim.scopeDigest} ${claim.bodyDigest}`)
    : makeToken("host");

/** Creates a host with a token limited to it. A repeat of the request gets both. */
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

/** For a token limited to projects, which may not learn which of the two cases it is. */
const guidNotYours = (guid: string, id: number): DomainError =>
  new DomainError(
    "host_guid_taken",
    `host_guid ${guid} is another host's, or host ${id} serves other projects too; ask an admin to change it`,
  );

/** Throws `not_found`, `host_guid_taken`. */
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

/** The hosts that the caller may see. */
export const listHosts = async ({ db, actor }: Call, page: Page): Promise<Listed<HostRow>> =>
  cutPage(await readHosts(db, actor, page), page);

/**
 * Retires a host: its open jobs are CANCELLED, later calls to it get a 404, and registering its guid again restores it.
 * Throws `not_found`, `host_has_running_job`.
 */
export const retireHost = async (call: Call, id: number): Promise<HostRow> => {
  const creation = await creationOf(call, {});
  const answered = creation.claim && (await readAnswered(call.db, id, creation));
  if (answered?.host && refuseReusedKey(creation, answered.claim)) return answered.host;
  const host = await getHost(call, id);
  // The object drops its cache first, in case this request dies before it can invalidate it. A refusal then costs only
  // the cache.
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
