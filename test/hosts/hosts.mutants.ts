import type { Mutant } from "../mutants/mutant.ts";

const PRESENCE = "test/hosts/presence.test.ts";
const MAINTENANCE = "test/hosts/maintenance.test.ts";
const TROUBLE = "test/hosts/trouble.test.ts";
const CONTACT = "test/hosts/contact.test.ts";
const ENROLMENT = "test/hosts/enrolment.test.ts";
const DOUBTS = "test/jobs/doubts.test.ts";
const OUTSIDE = "test/jobs/outside.test.ts";
const REPEATS = "test/http/repeats.test.ts";
const LABELS = "test/hosts/labels.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a host in maintenance is answered no job",
    code: "  if (known.inMaintenance) {",
    instead: "  if (false) {",
    tests: [MAINTENANCE],
  },
  {
    guard: "what a host in maintenance is not answered is no knowledge",
    code: "const isKnown = !inMaintenance && ",
    instead: "const isKnown = ",
    tests: [MAINTENANCE],
  },
  {
    guard: "a job cannot be handed out to a host in maintenance",
    code: '${agentOfJobReady(job, hostTakesJobs("ready_host", now))}',
    instead: "${agentOfJobReady(job, sql`true`)}",
    tests: [MAINTENANCE],
  },
  {
    guard: "what came due in maintenance is settled when it has ended",
    code: "const isLate = until <= now && ",
    instead: "const isLate = false && ",
    tests: [MAINTENANCE],
  },
  {
    guard: "a host's sockets look for jobs when its maintenance ends",
    code: "  await notifyOfJobs(call, [host.id]);\n",
    instead: "",
    tests: [MAINTENANCE],
  },
  {
    guard: "a token limited to projects stops no other project's agents",
    code: "isNull(hosts.retiredAt), servesOnly(knower));",
    instead: "isNull(hosts.retiredAt));",
    tests: [MAINTENANCE],
  },
  {
    guard: "the fast path leaves a ping that says why its host asks for no jobs to the routes",
    code: " || handover.hasNews",
    instead: "",
    tests: [TROUBLE],
  },
  {
    guard: "an old tick changes nothing",
    code: "          notNewer,\n",
    instead: "",
    tests: [PRESENCE],
  },
  {
    guard: "a host that may be retired is asked for anew by its next ping",
    code: "await call.host(id, (object) => object.doubt());",
    instead: "",
    tests: [CONTACT],
  },
  {
    guard: "a poll that its object was not asked about is a contact",
    code: "if (!hasContact) await noteHostCall(call, hostId);",
    instead: "",
    tests: [CONTACT],
  },
  {
    guard: "a report that its object is not asked about is a contact",
    code: "if (reporting.byHost) await noteHostCall(call, job.hostId);",
    instead: "",
    tests: [CONTACT],
  },
  {
    guard: "what a host sends of its run is a contact",
    code: 'if (scope === "host" && own === null) await',
    instead: 'if (scope === "admin" && own === null) await',
    tests: [CONTACT],
  },
  {
    guard: "only the host itself is heard by what it reads",
    code: 'method === "GET" ? null : (host ?? null)',
    instead: "host ?? null",
    tests: [CONTACT],
  },
  {
    guard: "only a token of hosts is heard as one",
    code: 'actor.scope !== "host" || RECORDING_CONTACT',
    instead: "RECORDING_CONTACT",
    tests: [CONTACT],
  },
  {
    guard: "only a new host is given a token",
    code: "{ ...token, hostId }, { creation, guard: sql`EXISTS",
    instead: "{ ...token, hostId }, { creation, guard: sql`true OR EXISTS",
    tests: [ENROLMENT],
  },
  {
    guard: "a repeat by who only registers gets the token of the first request",
    code: 'claim && deploymentSecret !== ""',
    instead: 'claim === null && deploymentSecret !== ""',
    tests: [ENROLMENT],
  },
  {
    guard: "a token that is made again takes a secret that only the deployment knows",
    code: 'claim && deploymentSecret !== ""',
    instead: "claim",
    tests: [ENROLMENT],
  },
  {
    guard: "a repeat by who only registers gets no token that was revoked",
    code: "AND ${tokens.hostId} = ${hosts.id} AND ${tokens.revokedAt} IS NULL)",
    instead: "AND ${tokens.hostId} = ${hosts.id})",
    tests: [ENROLMENT],
  },
  {
    guard: "a host's registration raises doubts about its runs without a lease",
    code: "doubtRuns(db, { hostId: sql`(SELECT ${hosts.id} FROM ${hosts} WHERE ${renewable})` }",
    instead: "doubtRuns(db, { hostId: sql`(SELECT ${hosts.id} FROM ${hosts} WHERE false)` }",
    tests: [DOUBTS],
    named: "once the host",
  },
  {
    guard: "the repeat of a registration is a 201 as the first was",
    code: "return { host, token: undefined, madeBy: claim?.madeBy ?? creation.creationKey };",
    instead: "return { host, token: undefined, madeBy: creation.creationKey };",
    tests: [REPEATS],
    named: "the repeat of a registration",
  },
  {
    guard: "the repeat of a host's DELETE is answered from the first, though the host is gone",
    code: "if (answered?.host && refuseReusedKey(creation, answered.claim)) return answered.host;",
    instead: "",
    tests: [REPEATS],
    named: "the repeat of a DELETE",
  },
  {
    guard: "the time that a ping says shows how far its host's clock is off",
    code: "return clockOffsetOf(ping_time, now) ?? undefined;",
    instead: "return undefined;",
    tests: [OUTSIDE],
    named: "how far its clock is off",
  },
  {
    guard: "a registration without a version leaves the stored one",
    code: "...(input.version == null ? {} : { version: input.version }),",
    instead: "version: input.version ?? null,",
    tests: [LABELS],
  },
  {
    guard: "a registration without labels leaves the stored ones",
    code: "...(input.labels == null ? {} : { labels: JSON.stringify(input.labels) }),",
    instead: "labels: JSON.stringify(input.labels ?? []),",
    tests: [LABELS],
  },
  {
    guard: "a host has a label once",
    code: ".transform((labels) => [...new Set(labels)])",
    instead: "",
    tests: [LABELS],
  },
  {
    guard: "a host has so many labels at most",
    code: ".max(MAX_LABELS, LABELS_FORM)",
    instead: "",
    tests: [LABELS],
  },
  {
    guard: "a label has no character that a filter or a command line could take for something else",
    code: "export const LABEL = /^[A-Za-z0-9._\\-:/]{1,40}$/;",
    instead: "export const LABEL = /^[^]{1,40}$/;",
    tests: [LABELS],
  },
  {
    guard: "a label has so many characters at most",
    code: "export const LABEL = /^[A-Za-z0-9._\\-:/]{1,40}$/;",
    instead: "export const LABEL = /^[A-Za-z0-9._\\-:/]+$/;",
    tests: [LABELS],
  },
];
