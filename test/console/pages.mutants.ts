import type { Mutant } from "../mutants/mutant.ts";

const LEADS = "test/console/leads.test.ts";
const TERMS = "test/console/terms.test.ts";
const HEARD = "test/console/heard-hosts.test.ts";

/** The guards of what single pages say and where they lead that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "a host that was heard from since the check never reads Offline alone",
    code: 'presence === "Offline" && (state === "live" || state === "quiet")',
    instead: 'presence === "Offline" && state === "new"',
    tests: [HEARD],
  },
  {
    guard: "a host that was heard from since the check does not ask for attention as one that is Offline",
    code: "AND IFNULL(${KNOWN_CONTACT}, 0) <= ${heardAfter}",
    instead: "",
    tests: [HEARD],
  },
  {
    guard: "an end of maintenance that is not edited stays to the second",
    code: "known !== undefined && until === localInput(known, zone) ? known : instantOf(until, zone)",
    instead: "instantOf(until, zone)",
    tests: ["test/console/hosts.test.ts"],
    named: "keeps its end",
  },
  {
    guard: "all jobs that run on a host are counted, not those that its page lists",
    code: "inUse: facts[0]?.inUse ?? 0,",
    instead: "inUse: running.length,",
    tests: ["test/console/hosts.test.ts"],
    named: "however many",
  },
  {
    guard: "what is due within the hour ends at the hour",
    code: "{ from: from ?? now + 1, to: to ?? dueUntil }",
    instead: "{ from: from ?? now + 1, to }",
    tests: [LEADS],
  },
  {
    guard: "what is due within the hour is not due yet",
    code: "{ from: from ?? now + 1, to: to ?? dueUntil }",
    instead: "{ from, to: to ?? dueUntil }",
    tests: [LEADS],
  },
  {
    guard: "jobs that wait are those whose time has come",
    code: "AND due.status IN ('PLANNED', 'NOT_RUN') AND due.scheduled_at <= ${now}",
    instead: "AND due.status IN ('PLANNED', 'NOT_RUN')",
    tests: [LEADS],
  },
  {
    guard: "jobs that were cancelled before their time are among those that ended on a day",
    code: "AND status_changed_at < scheduled_at AND status_changed_at >= ${first}",
    instead: "AND false AND status_changed_at >= ${first}",
    tests: [LEADS],
  },
  {
    guard: "the next page of those that ended on a day begins where the one before ended",
    code: "const last = isNewest && after !== undefined ? Math.min(to, after + 1) : to;",
    instead: "const last = isNewest && after !== undefined ? Math.min(to, after) : to;",
    tests: [LEADS],
  },
  {
    guard: "the audit says test where the API says test run",
    code: '[/\\btest run(s?)\\b/g, "test$1"],',
    instead: "",
    tests: [TERMS],
  },
  {
    guard: "the audit says a job's status in its word",
    code: 'name === "status" ? statusWords.get(value) : undefined',
    instead: "undefined",
    tests: [TERMS],
  },
  {
    guard: "an agent that was removed has no page that its jobs lead to",
    code: "iif(a.deleted_at IS NULL, a.id, NULL) AS agentId, a.client_number",
    instead: "a.id AS agentId, a.client_number",
    tests: [LEADS],
  },
  {
    guard: "the list of jobs leads to no agent that was removed",
    code: "iif(a.deleted_at IS NULL, a.id, NULL) AS agentId, job.schedule_id",
    instead: "a.id AS agentId, job.schedule_id",
    tests: [LEADS],
  },
  {
    guard: "the page of all that needs attention leaves none out",
    code: "if (from !== undefined) return place >= from && place < from + PAGE;",
    instead: "",
    tests: ["test/console/attention.test.ts"],
  },
  {
    guard: "an action on the page of all leads back to it",
    code: "return from === undefined ? HOME : attentionPath(",
    instead: "return from !== undefined ? HOME : attentionPath(",
    tests: ["test/console/attention.test.ts"],
  },
];
