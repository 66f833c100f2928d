import type { Mutant } from "../mutants/mutant.ts";

const WEBHOOKS = "test/webhooks/webhooks.test.ts";
const EVENTS = "test/webhooks/events.test.ts";
const ADDRESSES = "test/webhooks/addresses.test.ts";
const SEND = "test/webhooks/send.test.ts";
const FORMS = "test/webhooks/forms.test.ts";

/** The guards of webhooks and of their events that the tests must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "an event is told only to those that chose its type",
    code: "AND EXISTS (SELECT 1 FROM json_each(w.events) wanted WHERE wanted.value = ${type})",
    instead: "",
    tests: [EVENTS],
    named: "a pause is told once",
  },
  {
    guard: "a pause that changes nothing tells nothing",
    code: "where: and(where, isNull(schedules.pausedAt)),",
    instead: "where,",
    tests: [EVENTS],
    named: "a pause is told once",
  },
  {
    guard: "a webhook of another project is not there",
    file: "src/webhooks/store.ts",
    code: "and(eq(webhooks.projectId, projectId), isNull(webhooks.deletedAt))",
    instead: "isNull(webhooks.deletedAt)",
    tests: [WEBHOOKS],
    named: "another project's webhook",
  },
  {
    guard: "a project has so many webhooks and no more",
    code: "FROM ${webhooks} WHERE ${ofProject(projectId)}) < ${MAX_WEBHOOKS}",
    instead: "FROM ${webhooks} WHERE ${ofProject(projectId)}) <= ${MAX_WEBHOOKS}",
    tests: [WEBHOOKS],
    named: "at most 20",
  },
  {
    guard: "a secret is not shown to a repeat",
    file: "src/webhooks/webhooks.ts",
    code: "secret: repeated ? undefined : secret",
    instead: "secret",
    tests: [WEBHOOKS],
    named: "shown once",
  },
  {
    guard: "a rotation that is repeated rotates once",
    file: "src/webhooks/store.ts",
    code: "${webhooks.rotationKey} IS NOT ${creationKey}`, unclaimed(db, creation),",
    instead: "${webhooks.rotationKey} IS NOT ${creationKey}`,",
    tests: [WEBHOOKS],
    named: "sent twice with one key gives one secret",
  },
  {
    guard: "a secret is stored sealed",
    file: "src/webhooks/webhooks.ts",
    code: "secret: secret === undefined ? null : await seal(call, secret)",
    instead: "secret: secret ?? null",
    tests: [WEBHOOKS],
    named: "neither the database nor the audit",
  },
  {
    guard: "the audit has no address of a receiver",
    file: "src/audit/store.ts",
    code: '"target", "secret",',
    instead: '"secret",',
    tests: [WEBHOOKS],
    named: "neither the database nor the audit",
  },
  {
    guard: "the old secret signs for the overlap alone",
    code: "(webhook.formerUntil ?? 0) > now ? webhook.formerSecret : null",
    instead: "webhook.formerSecret",
    tests: [WEBHOOKS],
    named: "for the overlap after a rotation",
  },
  {
    guard: "a target is checked when it is changed too",
    file: "src/webhooks/webhooks.ts",
    code: "const wrong = wrongIn(call, form, given);",
    instead: "const wrong: FieldError[] = [];",
    tests: [WEBHOOKS],
    named: "is checked as a new one is",
  },
  {
    guard: "a test disables nothing",
    file: "src/webhooks/webhooks.ts",
    code: "hold: holdBy(isTaken ? [verdict] : []),",
    instead: "hold: holdBy([verdict]),",
    tests: [WEBHOOKS],
    named: "a test is sent at once",
  },
  {
    guard: "an IP address is no public host",
    code: 'if (isIpAddress(host)) return "must name its host, not have an IP address";',
    instead: "",
    tests: [ADDRESSES],
  },
  {
    guard: "an address is https",
    code: 'if (url.protocol !== "https:") return "must begin with https://"; return hostProblem',
    instead: "return hostProblem",
    tests: [ADDRESSES],
  },
  {
    guard: "a name of a local network is no public host",
    code: 'labels.includes("") || NOT_PUBLIC.includes(last)',
    instead: 'labels.includes("")',
    tests: [ADDRESSES],
  },
  {
    guard: "a single label is no public host",
    code: "if (labels.length < 2 || ",
    file: "src/webhooks/addresses.ts",
    instead: "if (",
    tests: [ADDRESSES],
  },
  {
    guard: "an address has no password",
    code: 'if (url.username !== "" || url.password !== "")',
    instead: "if (false)",
    tests: [ADDRESSES],
  },
  {
    guard: "an address is checked again before it is called",
    code: "if (problem !== undefined) return { status: null, why: `was not called",
    instead: "if (problem === `never`) return { status: null, why: `was not called",
    tests: [SEND],
  },
  {
    guard: "a redirect is not followed",
    code: 'redirect: "manual",',
    file: "src/webhooks/send.ts",
    instead: "",
    tests: ["test/webhooks/delivery.test.ts"],
    named: "follows no redirect",
  },
  {
    guard: "a receiver has so long and no longer",
    code: "signal: AbortSignal.timeout(timeoutMs),",
    instead: "",
    tests: [SEND],
    named: "ends after its time",
  },
  {
    guard: "a body is read to a bound",
    file: "src/webhooks/send.ts",
    code: "for (let read = 0; read < Math.max(MAX_READ, keeps); ) {",
    instead: "for (let read = 0; read < 10_000_000; ) {",
    tests: [SEND],
    named: "reads no endless body",
  },
  {
    guard: "names are no markup in Slack",
    code: '.replaceAll("<", "&lt;")',
    file: "src/webhooks/chat-form.ts",
    instead: "",
    tests: [FORMS],
  },
  {
    guard: "people who chat are not told of runs that never began",
    code: 'if (job.status === "CANCELLED" && job.started_at === null) return undefined;',
    instead: "",
    tests: [FORMS],
  },
  {
    guard: "counts are those of the attempt that the event is of",
    code: "job.results === null || job.resultsAttempt !== attempt",
    instead: "job.results === null",
    tests: ["test/webhooks/attempts.test.ts"],
  },
];
