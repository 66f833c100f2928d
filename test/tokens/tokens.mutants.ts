import type { Mutant } from "../mutants/mutant.ts";

const LEASES = "test/tokens/leases.test.ts";
const CREDENTIALS = "test/tokens/credentials.test.ts";
const PROJECT_LIMITS = "test/tokens/project-limits.test.ts";
const HOST_LIMITS = "test/tokens/host-limits.test.ts";
const ROTATION = "test/tokens/rotation.test.ts";
const STATES = "test/tokens/verdicts.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a lease of another project is not there",
    code: "project === undefined || !allowsProject(actor, project)",
    instead: "project === undefined",
    tests: [LEASES],
  },
  {
    guard: "a lease that names no project is nobody's who is limited to some",
    code: "project === undefined || !allowsProject(actor, project)",
    instead: "project !== undefined && !allowsProject(actor, project)",
    tests: [LEASES],
  },
  {
    guard: "a renewal by a secret that the object does not know extends nothing",
    code: "if (digest !== undefined && !mayRenew(lookup, leaseId)) return nothing;",
    instead: "",
    tests: [LEASES],
  },
  {
    guard: "a renewal by a token of other projects extends nothing",
    code: "token !== null && (token.projectIds === null || token.projectIds.some((id) => id === project))",
    instead: "token !== null && (project ?? 1) > 0",
    tests: [LEASES],
  },
  {
    guard: "a path's project is one that the token may know of",
    code: 'if (project !== undefined && !allowsProject(call.actor, project)) throw notFound("project", project);',
    instead: "",
    tests: [CREDENTIALS],
  },
  {
    guard: "a path's host is one that the token may know of",
    code: 'if (host !== undefined && !(await mayAccessHost(call, host))) throw notFound("host", host);',
    instead: "",
    tests: [CREDENTIALS],
  },
  {
    guard: "a token does what its scope may",
    code: "refuseUnlessMayDo(call.actor, spec.operation);",
    instead: "",
    tests: [CREDENTIALS],
  },
  {
    guard: "a job of another host is not there",
    code: 'if (found && !allowsHost(actor, found.hostId)) throw notFound("job", job);',
    instead: "",
    tests: [HOST_LIMITS],
  },
  {
    guard: "a poll gives the jobs of the token's projects alone",
    code: "      inProjects(agents.projectId),\n",
    instead: "",
    tests: [PROJECT_LIMITS],
  },
  {
    guard: "an agent that a body names is of the token's host",
    code: "hostId === null ? undefined : eq(agents.hostId, hostId),",
    instead: "",
    tests: [HOST_LIMITS],
  },
  {
    guard: "a host is renewed only by who may know of it",
    code: "const known = and(eq(hosts.guid, facts.guid), knownTo(knower));",
    instead: "const known = eq(hosts.guid, facts.guid);",
    tests: [PROJECT_LIMITS],
  },
  {
    guard: "a former secret has its end",
    code: "if (replacedAt !== null && replacedAt <= now)",
    instead: "if (replacedAt !== null && replacedAt <= 0)",
    tests: [ROTATION],
  },
  {
    guard: "an object forgets a token as it is revoked",
    code: '    this.#begin({ id, until: now + CHANGE_MS }, now);\n    if (changed === "tokens") this.#forgetTokens();',
    instead: "    this.#begin({ id, until: now + CHANGE_MS }, now);",
    tests: [STATES],
  },
  {
    guard: "an object that heard of nothing forgets a token at the end",
    code: '    this.#put(end(this.#quiet(now), id, this.#newEpoch()));\n    if (changed === "tokens") this.#forgetTokens();',
    instead: "    this.#put(end(this.#quiet(now), id, this.#newEpoch()));",
    tests: [STATES],
  },
  {
    guard: "an object that heard of neither end leaves the revoking a 503",
    code: "await (notified.has(host) ? ifAvailable(end(host)) : end(host));",
    instead: "await ifAvailable(end(host));",
    tests: [STATES],
  },
  {
    guard: "a token is not learned across its revoking",
    code: "if (!mayLearn(this.#quiet(now), epoch)) return;",
    instead: "if (!mayLearn(this.#quiet(now), epoch) && epoch === '') return;",
    tests: [STATES],
  },
  {
    guard: "a token that the object knows expires",
    code: "return token && isGood(token, now)",
    instead: "return token && (now === 0 || isGood(token, 0))",
    tests: [STATES],
  },
  {
    guard: "an object learns only a token of its own host",
    code: "epoch === null || host !== limit) return;",
    instead: "epoch === null || limit === -1) return;",
    tests: [STATES],
  },
  {
    guard: "a host may not read what is sent to webhooks",
    code: "listDeliveries: OPERATOR,",
    instead: "listDeliveries: EVERYONE,",
    tests: ["test/tokens/access.test.ts"],
  },
  {
    guard: "an operator may not export the installation",
    code: "exportInstallation: ADMIN_ONLY,",
    instead: "exportInstallation: OPERATOR,",
    tests: ["test/tokens/access.test.ts"],
  },
  {
    guard: "hosts do not read the metrics",
    code: "readMetrics: METRICS,",
    instead: "readMetrics: EVERYONE,",
    tests: ["test/tokens/access.test.ts"],
  },
];
