import type { Mutant } from "../mutants/mutant.ts";

const HAND_OUT = "test/jobs/hand-out.test.ts";
const SILENCE = "test/jobs/silence.test.ts";
const OUTSIDE = "test/jobs/outside.test.ts";
const POLICIES = "test/schedules/policies.test.ts";

/** The guards of what a poll hands out and what it counts. */
export const mutants: Mutant[] = [
  {
    guard: "a run hides the later jobs of its schedule from polls",
    code: "WHEN ${jobs.overlap} = 'skip' AND ${runsBeside(of.now)} THEN",
    instead: "WHEN false AND ${runsBeside(of.now)} THEN",
    tests: [POLICIES],
    named: "what comes due behind a run is skipped",
  },
  {
    guard: "a job that can go hides the later ones of its schedule",
    code: "WHEN ${waitsBehind({ hostId, from: of.from, now: of.now, among })}",
    instead: "WHEN false AND ${waitsBehind({ hostId, from: of.from, now: of.now, among })}",
    tests: [POLICIES],
    named: "a host that was there gets the earliest",
  },
  {
    guard: "what waits behind another is counted as held",
    code: "held: rows[0]?.held ?? 0,",
    instead: "held: 0,",
    tests: [HAND_OUT],
    named: "is counted as held",
  },
  {
    guard: "a poll that hands out nothing counts what is held",
    code: "ELSE ${heldSoFar} = 1 END`",
    instead: "ELSE false AND ${heldSoFar} = 1 END`",
    tests: [HAND_OUT],
    named: "is counted as held",
  },
  {
    guard: "what waits behind another does not count as left",
    code: "total: sql<number>`SUM(${found.behind} <= 0) OVER ()`",
    instead: "total: sql<number>`COUNT(${found.behind}) OVER ()`",
    tests: [HAND_OUT],
    named: "counts neither as handed out nor as left",
  },
  {
    guard: "a look for a socket settles a silence as a poll does",
    code: "const late = found.waiting === 0 ? null",
    instead: "const late = found.waiting >= 0 ? null",
    tests: [SILENCE],
    named: "one that opens a socket",
  },
  {
    guard: "only a job in the asked window hides a later one",
    code: "AND other.scheduled_at >= ${from}",
    instead: "",
    tests: [HAND_OUT],
  },
  {
    guard: "a job that has expired hides no later one",
    code: 'agentReady("other_agent"), unexpired("other", now), among(agent)',
    instead: 'agentReady("other_agent"), among(agent)',
    tests: [HAND_OUT],
  },
  {
    guard: "a job of an inactive agent hides no later one",
    code: 'agentReady("other_agent"), unexpired',
    instead: "unexpired",
    tests: [HAND_OUT],
  },
  {
    guard: "a job of agents that were not asked for hides no later one",
    code: 'unexpired("other", now), among(agent))}',
    instead: 'unexpired("other", now))}',
    tests: [HAND_OUT],
  },
  {
    guard: "a job of another host hides no later one",
    code: "AND other_agent.host_id = ${hostId} AND",
    instead: "AND",
    tests: [HAND_OUT],
  },
  {
    guard: "the tick settles overlaps by what can be handed out alone",
    code: ' AND ${canBeHandedOut("wait", now)}`',
    instead: "`",
    tests: [HAND_OUT],
  },
  {
    guard: "a lost run is planned again only where it can be handed out",
    code: '    AND ${takersReady("jobs")}`',
    instead: "`",
    tests: [HAND_OUT],
  },
  {
    guard: "the end of a run skips only what could be handed out",
    code: ' AND ${canBeHandedOut("jobs", now)} AND EXISTS',
    instead: " AND EXISTS",
    tests: [HAND_OUT],
  },
  {
    guard: "only what came due in a silence is missed by it",
    code: "AND later.scheduled_at <= ${until}",
    instead: "",
    tests: [SILENCE],
  },
  {
    guard: "a silence makes no schedule miss runs that may overlap",
    code: "AND wait.overlap <> 'allow' AND wait.creation_key IS NULL",
    instead: "AND wait.creation_key IS NULL",
    tests: [SILENCE],
  },
  {
    guard: "a silence makes nobody miss what was asked for by hand",
    code: "AND wait.overlap <> 'allow' AND wait.creation_key IS NULL",
    instead: "AND wait.overlap <> 'allow'",
    tests: [SILENCE],
  },
  {
    guard: "a silence of days is settled whole",
    code: "=== CLOCK_BATCH) continue;",
    instead: "=== CLOCK_BATCH + 1) continue;",
    tests: [SILENCE],
  },
  {
    guard: "only a host that was silent misses runs",
    code: "if (now - contactAt >= silenceMs(contactMs)) this.#keep",
    instead: "this.#keep",
    tests: [SILENCE],
  },
  {
    guard: "while jobs wait outside of its window, a host's object learns nothing",
    code: "quietUntil >= to && found.outside === 0;",
    instead: "quietUntil >= to;",
    tests: [OUTSIDE],
  },
  {
    guard: "what waits outside of the window settles a silence too",
    code: "found.waiting > 0 || found.outside > 0",
    instead: "found.waiting > 0",
    tests: [OUTSIDE],
  },
  {
    guard: "jobs outside of the window are counted where they are due",
    code: "AND due.scheduled_at <= ${of.now}",
    instead: "",
    tests: [OUTSIDE],
  },
  {
    guard: "an inactive agent's jobs are not counted as outside",
    code: 'agentReady("a"), unexpired',
    instead: "unexpired",
    tests: [OUTSIDE],
  },
  {
    guard: "expired jobs are not counted as outside",
    code: 'unexpired("due", of.now), ',
    instead: "",
    tests: [OUTSIDE],
  },
  {
    guard: "a paused schedule's jobs are not counted as outside",
    code: 'scheduleOfJobReady("due"), ',
    instead: "",
    tests: [OUTSIDE],
  },
  {
    guard: "jobs outside of what a token may know of are not counted",
    code: "among(sql`a.id`), inScope)",
    instead: "among(sql`a.id`))",
    tests: [OUTSIDE],
  },
  {
    guard: "what is shown as outside ends when a poll misses none",
    code: "if (jobs !== known)",
    instead: "if (jobs > known)",
    tests: [OUTSIDE],
  },
];
