import type { Mutant } from "../mutants/mutant.ts";

const METRICS = "test/metrics/metrics.test.ts";
const RUN_ENDS = "test/metrics/run-ends.test.ts";
const WEBHOOKS = "test/metrics/webhook-failures.test.ts";
const HOST_COUNTS = "test/metrics/host-counts.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "metrics: a tick that runs again counts no move again",
    code: "    db.write(historyRead(site.measuredHistoryId, most)),\n  ]);\n  return ahead",
    instead: "    db.write(historyRead(site.countedHistoryId, most)),\n  ]);\n  return ahead",
    tests: [METRICS],
    named: "counts each end once",
  },
  {
    guard: "metrics: a planned job that an edit drops is counted no more",
    code: "db.write(sql`UPDATE metrics SET value = value - (SELECT COUNT(*) FROM jobs WHERE ${untouched}",
    instead:
      "db.write(sql`UPDATE metrics SET value = value - (SELECT 0 * COUNT(*) FROM jobs WHERE ${untouched}",
    tests: [METRICS],
    named: "planned anew",
  },
  {
    guard: "metrics: a job that an edit drops before it was counted is not taken off",
    code: "AND id <= (SELECT measured_job_id FROM site WHERE id = 1))",
    instead: "AND id > 0)",
    tests: [METRICS],
    named: "planned anew",
  },
  {
    guard: "metrics: an older tick that ends late does not set back when a step ran",
    code: "AND NOT EXISTS (SELECT 1 FROM json_each(steps_ran_at) WHERE value > ${at})",
    instead: "",
    tests: [METRICS],
    named: "older tick",
  },
  {
    guard: "metrics: what triggers write is no host that changed its presence",
    code: "[online, offline, offlineSince].map((rows) => rows.length)",
    instead: "[online, offline, offlineSince].map((rows) => 3 * rows.length)",
    tests: [HOST_COUNTS],
    named: "one batch of the check",
  },
  {
    guard: "metrics: a failed try is counted once though its storing is sent again",
    code: "AND d.status = 'waiting' AND d.due_at - d.tried_at = ${claimMs}) AS number",
    instead: "AND d.status = 'waiting') AS number",
    tests: [WEBHOOKS],
    named: "storing fails",
  },
  {
    guard: "metrics: a dead delivery is counted once though its storing is sent again",
    code: "AND d.status = 'waiting' AND d.due_at - d.tried_at = ${claimMs}) AS number",
    instead: "AND d.due_at - d.tried_at IN (0, ${claimMs})) AS number",
    tests: [WEBHOOKS],
    named: "storing fails",
  },
  {
    guard: "metrics: a try that another took the place of is not counted",
    code: "WHERE d.tries = t.value ->> 1 AND d.status = 'waiting' AND d.due_at",
    instead: "WHERE t.value ->> 1 > 0 AND d.status = 'waiting' AND d.due_at",
    tests: [WEBHOOKS],
    named: "claim ran out",
  },
  {
    guard: "metrics: what waits for a webhook that is not disabled is not dead",
    code: "FROM webhooks w WHERE w.id = ${webhookId} AND w.disabled_at IS NOT NULL`",
    instead: "FROM webhooks w WHERE w.id = ${webhookId}`",
    tests: [WEBHOOKS],
    named: "that a person",
  },
  {
    guard: "metrics: the test of a webhook is not counted",
    code: "...uncounted, status }",
    instead: "status }",
    tests: [WEBHOOKS],
    named: "the test of a webhook",
  },
  {
    guard: "metrics: a run over its time is a timeout",
    code: 'if (reason === RUN_LIMIT) return { key: "timeout", result: "timeout", error: reason };',
    instead: "",
    tests: [RUN_ENDS],
    named: "time limit",
  },
  {
    guard: "metrics: a run that its host's disk or loss ended is an error of the system, no failure of tests",
    code: 'HOST_REASONS.some((ofHost) => ofHost === reason) ? "error" : "failure"',
    instead: '"failure"',
    tests: [RUN_ENDS],
    named: "full disk",
  },
  {
    guard: "metrics: runs that failed are told apart by their reasons",
    code: "CASE iif(to_status = 'FAILED', reason, NULL)",
    instead: "CASE iif(to_status <> 'FAILED', reason, NULL)",
    tests: [RUN_ENDS],
    named: "full disk",
  },
  {
    guard: "metrics: a lost host is one error, under its own name",
    code: "AND to_status = 'FAILED' AND reason IS NOT ${HOST_LOST}",
    instead: "AND to_status = 'FAILED'",
    tests: [RUN_ENDS],
    named: "host is lost",
  },
  {
    guard: "metrics: a late report is no second end of its run",
    code: "WHERE fresh.from_status = 'RUNNING' AND fresh.to_status IN (${ENDS})",
    instead: "WHERE fresh.from_status > '' AND fresh.to_status IN (${ENDS})",
    tests: [RUN_ENDS],
    named: "host is lost",
  },
];
