/** A statement that may scan or sort, named by a part of its text and of its plan. */
export interface Allowed {
  statement: RegExp;
  plan: RegExp;
  why: string;
}

/** What the check allows. test/query-plans/plans.test.ts sends each such statement, so that no unused exception stays. */
export const ALLOWED: readonly Allowed[] = [
  {
    statement: /\) "found"\) "ranked" where CASE WHEN "behind" <= 0 THEN "place" <= \?/,
    plan: /^USE TEMP B-TREE FOR ORDER BY$/,
    why: "the jobs of one answer are sorted and cut to what it may hold",
  },
  {
    statement: /^select "id", "job_id", .* limit \?\) "page"\) order by/,
    plan: /^USE TEMP B-TREE FOR ORDER BY$/,
    why: "the histories of a page of jobs are separated by job",
  },
  {
    statement: /from "agents" inner join "hosts" .*"retired_at" is null/,
    plan: /^(SCAN agents|USE TEMP B-TREE FOR ORDER BY$)/,
    why: "a search of agents by a part of a name looks at each of them, and its answer counts those that it finds",
  },
  {
    statement: /json_group_array\(.* ORDER BY asked\.key\)/,
    plan: /^USE TEMP B-TREE FOR json_group_array\(ORDER BY\)$/,
    why: "the test runs that one request names are kept in its order",
  },
  {
    statement: /SELECT \* FROM looked_up\)/,
    plan: /^USE TEMP B-TREE FOR (ORDER|GROUP) BY$/,
    why: "the test runs that one request brings are known by what comes and answered in its order",
  },
  {
    statement: /^insert into "?(hosts|agents)"? /i,
    plan: /^SCAN (tokens|jobs)$/,
    why: "for a new row SQLite looks for orphans only while a foreign key is broken, and none is",
  },
  {
    statement: /"status" = 'RUNNING' and "jobs"\."status_changed_at" < .* order by heard_at/,
    plan: /^(SCAN jobs USING INDEX jobs_\w+|USE TEMP B-TREE FOR (DISTINCT|ORDER BY))$/,
    why: "a tick looks at each run in progress: an index by time would cost every run a row written",
  },
  {
    statement: /from "hosts" where \("hosts"\."connected_at" is not null/,
    plan: /^SCAN hosts USING INDEX hosts_connected$/,
    why: "a tick looks at the hosts that have a socket, at most 5,000, by an index of them alone",
  },
  {
    statement: /FROM jobs run JOIN jobs wait ON wait\.schedule_id = run\.schedule_id/,
    plan: /^SCAN run USING INDEX jobs_\w+$/,
    why: "a tick looks for what waits behind each run in progress: no index separates one from the other",
  },
  {
    statement: /"jobs"\."schedule_id" IN \(SELECT "schedules"\."id" .* limit \?$/,
    plan: /^USE TEMP B-TREE FOR ORDER BY$/,
    why: "a calendar shows a bounded window by time: an index by project and time would cost every job a row written",
  },
  {
    statement: /^SELECT (job|hosts|s|a)\.id, .* LIMIT \?/,
    plan: /^USE TEMP B-TREE FOR (LAST TERM OF )?ORDER BY$/,
    why: "a page of the console, found by an index and cut to its length, is put in order",
  },
  {
    statement: /^SELECT (scheduled_at|status_changed_at) AS place, id FROM \(SELECT .* LIMIT 1 OFFSET \?\)/,
    plan: /^USE TEMP B-TREE FOR (LAST TERM OF )?ORDER BY$/,
    why: "jobs of one time, or so many of those that run, are put to find where a page of the console ends",
  },
  {
    statement: /^SELECT id, status, .* UNION ALL .* coming ORDER BY scheduled_at, run_number LIMIT \?/,
    plan: /^USE TEMP B-TREE FOR ORDER BY$/,
    why: "so many jobs that wait and so many that come later, each found by an index, are put in order",
  },
  {
    statement: /INDEXED BY jobs_running WHERE status = 'RUNNING' LIMIT \?\)/,
    plan: /^SCAN jobs USING INDEX jobs_running$/,
    why: "of the runs in progress a page of the console looks at so many",
  },
  {
    statement: /from "?projects"?( where deleted_at is null and true order by id( desc)?)? limit /i,
    plan: /^SCAN projects\b/,
    why: "the console offers the first so many projects, and takes one where none is asked for",
  },
  {
    statement:
      /FROM schedules( INDEXED BY schedules_by_name)? WHERE true .* ORDER BY schedules\.\w+ .*LIMIT /,
    plan: /^SCAN schedules( USING INDEX schedules_by_name)?$/,
    why: "the console looks through so many schedules from the newest, the oldest, the first or the last by name",
  },
  {
    statement: /FROM agents CROSS JOIN schedules INDEXED BY schedules_by_agent .* LIMIT \?\) schedules/,
    plan: /^USE TEMP B-TREE FOR ORDER BY$/,
    why: "the console looks through so many schedules of a host or an agent in the order of the list",
  },
  {
    statement: /SUM\(jobs\).*job_history.* LIMIT \?|json_each\(\?\) day CROSS JOIN .* LIMIT \?/,
    plan: /^USE TEMP B-TREE FOR GROUP BY$/,
    why: "so many ends of jobs, and the jobs of so many days, are counted by day",
  },
  {
    statement: /^SELECT \(SELECT "site"\."checked_at" .* AS checkedAt, /,
    plan: /^SCAN (jobs|hosts|projects)\b/,
    why: "the overview counts so many of each, and no more",
  },
  {
    statement: /GROUP BY schedule_id\) g CROSS JOIN .* LIMIT \?|GROUP BY host_id\) w CROSS JOIN /,
    plan: /^(SCAN jobs USING INDEX jobs_not_run|USE TEMP B-TREE FOR (GROUP|ORDER) BY)$/,
    why: "the overview groups so many of the latest failures and of the jobs that wait longest",
  },
  {
    statement: /ORDER BY is_doubtful DESC, status_changed_at LIMIT \?|\) ORDER BY scheduledAt LIMIT 1$/,
    plan: /^(SCAN jobs USING INDEX jobs_\w+|USE TEMP B-TREE FOR ORDER BY)$/,
    why: "the overview picks the longest of so many runs, and the older of two jobs",
  },
  {
    statement: /^INSERT INTO alarms .*\) place CROSS JOIN /,
    plan: /^USE TEMP B-TREE FOR (DISTINCT|ORDER BY)$/,
    why: "a tick groups so many late jobs and silent hosts by host, and picks the job of a host that waits longest",
  },
  {
    statement: /GROUP BY a\.kind, a\.subject_id\)/,
    plan: /^USE TEMP B-TREE FOR (GROUP|ORDER) BY$/,
    why: "the overview shows an alarm of a host once, and so many of them in order",
  },
  {
    statement: /^INSERT INTO "metrics" .* SUM\(value\) .* LIMIT \?/,
    plan: /^USE TEMP B-TREE FOR GROUP BY$/,
    why: "so many moves of jobs are added up by what they were",
  },
  {
    statement: /sqlite_sequence/,
    plan: /^(SCAN sqlite_sequence|USE TEMP B-TREE FOR ORDER BY)$/,
    why: "the next ids, of which an export has one for each table, have no index",
  },
];
