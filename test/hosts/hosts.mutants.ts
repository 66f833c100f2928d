import type { Mutant } from "../mutants/mutant.ts";

const PRESENCE = "test/hosts/presence.test.ts";
const TROUBLE = "test/hosts/trouble.test.ts";
const CONTACT = "test/hosts/contact.test.ts";
const ENROLMENT = "test/hosts/enrolment.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
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
];
