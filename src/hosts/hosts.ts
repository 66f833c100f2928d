import { z } from "zod";
import type { Call, HostStub } from "../env.ts";
import { DomainError, notFound } from "../http/errors.ts";
import { cutPage, type Listed, type Page } from "../http/pages.ts";
import { text } from "../http/validate.ts";
import { nameOf } from "../tokens/access.ts";
import type { Moment } from "./moment.ts";
import { windowStart } from "./presence.ts";
import {
  type HostFacts,
  type HostRow,
  readHost,
  readHosts,
  recordPing,
  retireHost as storeRetirement,
  updateHost as storeUpdate,
  upsertHost,
} from "./store.ts";

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

/** Registers a host; one whose guid is known keeps its id, retired or not, and `created` is false. */
export const registerHost = async (
  call: Call,
  input: HostInput,
): Promise<{ host: HostRow; created: boolean }> => {
  const facts = factsOf(input);
  const host = await upsertHost(call.db, facts, call.now, call.request.id);
  await call.host(host.id, (object, moment) => object.introduce(facts.guid, moment));
  return { host, created: host.creationKey === call.request.id };
};

/** Updates a host. Throws `not_found`, `host_guid_taken`. */
export const updateHost = async (call: Call, id: number, input: HostInput): Promise<HostRow> => {
  const facts = factsOf(input);
  const host = await storeUpdate(call.db, id, facts);
  if (!host) {
    await getHost(call, id);
    throw new DomainError("host_guid_taken", `host_guid ${input.host_guid} is another host's`);
  }
  await call.host(id, (object, moment) => object.introduce(facts.guid, moment));
  return host;
};

export const pingInput = z.object({ host_guid: text() });

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
  const ping = (object: HostStub, moment: Moment) => object.ping(guid, moment);
  let reply = await call.host(id, ping);
  if (reply.heard === "unknown_host" || reply.heard === "other_guid") {
    const host = await getHost(call, id);
    if (host.guid !== guid) throw guidMismatch(id, input.host_guid);
    await call.host(id, (object, moment) => object.introduce(guid, moment));
    reply = await call.host(id, ping);
  }
  if (reply.heard === "recorded") return reply;
  const windowMs = call.settings.WINDOW_SECONDS * 1000;
  const host = await recordPing(call.db, id, guid, call.now, windowStart(call.now, windowMs));
  if (!host) {
    await call.host(id, (object) => object.forget());
    throw notFound("host", id);
  }
  if (host.guid !== guid) throw guidMismatch(id, input.host_guid);
  await call.host(id, (object, moment) => object.recorded(moment));
  return reply;
};

const guidMismatch = (id: number, guid: string): DomainError =>
  new DomainError(
    "host_guid_mismatch",
    `host_guid ${guid} is not that of host ${id}; register this host to learn its id`,
  );

/** A host that is there. Throws `not_found`. */
export const getHost = async ({ db }: Call, id: number): Promise<HostRow> => {
  const host = await readHost(db, id);
  if (!host) throw notFound("host", id);
  return host;
};

export const listHosts = async ({ db }: Call, page: Page): Promise<Listed<HostRow>> =>
  cutPage(await readHosts(db, page), page);

/**
 * Retires a host: its open jobs are CANCELLED, later calls to it are 404, registering its guid again revives
 * it. Throws `not_found`, `host_has_running_job`.
 */
export const retireHost = async (call: Call, id: number): Promise<HostRow> => {
  const host = await getHost(call, id);
  await call.host(id, (object) => object.forget());
  const retired = await storeRetirement(call.db, id, nameOf(call.actor), call.now);
  if (!retired) {
    await getHost(call, id);
    throw new DomainError(
      "host_has_running_job",
      `host ${id} runs a job; cancel it or let it end, then retire the host`,
    );
  }
  await call.host(id, (object) => object.forget());
  return host;
};
