import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import css from "../../src/console/public/assets/console.css?raw";
import script from "../../src/console/public/assets/console.js?raw";
import htmx from "../../src/console/public/assets/htmx.js?raw";
import icons from "../../src/console/public/assets/icons.svg?raw";
import { counting } from "../fault-injection.ts";
import { HOUR, START, World } from "../world.ts";
import { OF_THE_CHOSEN, visitsOf } from "./chosen-pages.ts";
import { Visitor } from "./visitor.ts";

const { seam, counts } = counting();
const world = new World({ seam });
const FIRST_PAINT_BYTES = 100_000;
const bytesOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
const ASSET_BYTES = bytesOf([css, script, htmx, icons]);

/** The style sheets and scripts of some pages alone, by their addresses. */
const OWN_ASSETS = Object.entries(
  import.meta.glob(["../../src/console/public/assets/*.{css,js}"], {
    query: "?raw",
    import: "default",
    eager: true,
  }),
)
  .map(([path, text]) => ({ address: path.replace(/^.*public/, ""), text }))
  .filter(({ text }) => ![css, script, htmx].includes(text));

const ownAssetsOf = (html: string): string[] =>
  OWN_ASSETS.filter(({ address }) => html.includes(`"${address}"`)).map(({ text }) => text);

/** Pages that are one picture, which comes with them: their HTML is bounded by itself. */
const isDrawn = (name: string): boolean => DRAWN.includes(name.replace(" (chosen project)", ""));
const DRAWN = ["timeline", "timeline by agent", "timeline of busy hosts", "timeline as a table"];

const SECOND = "1000";
const at = (hours: number) => START + hours * HOUR;

/** Adds 1,000 hosts with an agent each, 500 schedules and 50,000 jobs, the ids from `from` up. */
const grow = async (projectId: number, from: number) => {
  const n = (count: number) =>
    `WITH RECURSIVE n (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + count - 1})`;
  const run = (sql: string) => env.DB.prepare(sql).run();
  await run(`INSERT INTO hosts (id, guid, guid_as_sent, name, ip_address, mac_address, presence, last_ping_at, registered_at, creation_key, version, labels)
    ${n(1000)} SELECT i, 'g' || i, 'g' || i, 'Host ' || i, '10.0.0.1', '00', iif(i % 10, 'Online', 'Offline'), iif(i % 10, ${START - 60_000}, NULL), ${at(-100)}, 'h' || i,
      'muster-host 0.1.0', iif(i % 30, '["windows","site/berlin"]', '["linux","gpu:a100"]') FROM n`);
  await run(`INSERT INTO presence_history (host_id, at, presence)
    ${n(1000)} SELECT i, ${at(-150)} + turn.value * ${HOUR}, iif(turn.value % 2, 'Online', 'Offline') FROM n, json_each('[1,2,3,4,5,6,7,8,9,10]') turn`);
  await run(`INSERT INTO agents (id, host_id, project_id, client_number, name, framework, framework_id, active, creation_key)
    ${n(1000)} SELECT i, i, ${projectId}, i, 'Agent ' || i, 'x', 'x', 1, 'a' || i FROM n`);
  await run(`INSERT INTO test_runs (project_id, id, test_case_id, test_case_name, test_case_version_id, automation_content, creation_key, place)
    ${n(1000)} SELECT ${projectId}, i, i, 'Case ' || i, i, 'com.case' || i, 't', i FROM n`);
  await run(`INSERT INTO snapshots (id, materials, materials_bytes, creation_key)
    VALUES (${from}, '[{"test_run_id":1,"test_case_id":1,"test_case_name":"Case","test_case_version_id":1,"automation_content":"x"}]', 100, 's${from}')`);
  await run(`INSERT INTO schedules (id, project_id, agent_id, snapshot_id, schedule_name, cron, time_zone, overlap, missed, missed_within_minutes, on_lost, max_attempts, planned_until, created_at, creation_key)
    ${n(500)} SELECT i, ${projectId}, i, ${from}, 'Schedule ' || i, '0 * * * *', 'UTC', 'skip', 'skip', 60, 'fail', 2, ${at(500)}, ${START}, 'c' || i FROM n`);
  await run(`INSERT INTO jobs (id, project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, status_changed_at, started_at)
    ${n(50_000)} SELECT i, ${projectId}, ${from} + (i - ${from}) % 1000, ${from} + (i - ${from}) % 1000, ${from} + (i - ${from}) % 500, ${from},
      ${START} + ((i - ${from}) % 100 - 70) * ${HOUR} + (i - ${from}) * ${SECOND} / 100, i,
      CASE WHEN (i - ${from}) % 100 >= 70 THEN 'PLANNED' WHEN i % 40 = 0 THEN 'FAILED' WHEN i % 41 = 0 THEN 'NOT_RUN' WHEN i % 29 = 0 THEN 'RUNNING' ELSE 'COMPLETED' END,
      1, ${START} + ((i - ${from}) % 20 - 20) * ${HOUR}, ${at(-1)} FROM n`);
  await run(`INSERT INTO blackouts (project_id, name, spans, ends_at, created_at, created_by, settled_at, creation_key)
    VALUES (${projectId}, 'Holidays', (SELECT json_group_array(json_object('from', ${START} + value * ${24 * HOUR}, 'until', ${START} + value * ${24 * HOUR} + ${HOUR}, 'name', 'Day'))
      FROM json_each('[3,5,7,9]')), ${START + 240 * HOUR}, ${START}, 'admin x', ${START}, 'b${from}')`);
  await run(`INSERT INTO webhooks (id, project_id, name, form, target, shown_target, events, created_at, created_by, creation_key)
    VALUES (${from + 7}, ${projectId}, 'CI', 'standard', 'https://ci.example.com/', 'https://ci.example.com/', '["job.ended"]', ${START}, 'admin x', 'w${from}')`);
  await run(`INSERT INTO webhook_deliveries (webhook_id, project_id, event_id, type, subject, facts, at, status, due_at, dies_at, settled_at)
    ${n(3000)} SELECT ${from + 7}, ${projectId}, 'e' || i, 'job.ended', 'job:' || i, '{}', ${START}, iif(i % 3, iif(i % 2, 'dead', 'delivered'), 'waiting'), ${at(500)}, ${at(600)}, iif(i % 3, ${START}, NULL) FROM n`);
  await run(`INSERT INTO job_history (job_id, at, attempt, from_status, to_status, by)
    SELECT id, status_changed_at, 1, 'RUNNING', status, 'host x' FROM jobs WHERE id >= ${from} AND status IN ('COMPLETED', 'FAILED')`);
  await run(`INSERT INTO audit (at, action, token_id, by, request_id, object_kind, object_id, project_id, before, after)
    ${n(10_000)} SELECT ${START}, iif(i % 3, 'createSchedule', 'runScheduleNow'), i % 7, 'x', 'r' || i, 'schedule', i, ${projectId}, NULL, '{"a":1}' FROM n`);
  await run(
    `INSERT INTO tokens (name, scope, digest, created_at, creation_key) ${n(500)} SELECT 'Token ' || i, 'host', 'd' || i, ${START}, 'k' || i FROM n`,
  );
};

const FIRST = 1_000_000;
const SECOND_FROM = 2_000_000;
let projectId: number;

/** Pages that look through or count up to a bound, which the smaller tables do not reach. */
const BOUNDED: Record<string, number> = {
  ...{ "hosts online": 3100, project: 6000, "tests of a project searched in vain": 6100 },
  ...{ "jobs that wait": 6100, "jobs ended on a day": 8100, "jobs of a project ended on a day": 8100 },
};

/** The path of every page, once its things are made. */
const pagesOf = (): Record<string, string> => ({
  overview: "/console",
  "all that needs attention": "/console/attention",
  hosts: "/console/hosts",
  "hosts online": "/console/hosts?presence=Online",
  "hosts searched in vain": "/console/hosts?q=nothing",
  host: `/console/hosts/${FIRST + 7}`,
  agent: `/console/projects/${projectId}/hosts/${FIRST + 7}/agents/${FIRST + 7}`,
  "agent's form": `/console/projects/${projectId}/hosts/${FIRST + 7}/agents/${FIRST + 7}/edit`,
  agents: "/console/agents",
  "agents of a project": `/console/agents?project=${projectId}&order=oldest`,
  "agents searched in vain": "/console/agents?q=nothing",
  jobs: "/console/jobs",
  "jobs by id": "/console/jobs?sort=id",
  "jobs of a project by id": `/console/jobs?sort=id&order=oldest&project=${projectId}&status=FAILED`,
  "jobs by status": "/console/jobs/counts",
  "hosts by status": "/console/hosts/counts",
  "schedules by state": "/console/schedules/counts",
  "things found": "/console/find?q=e+7",
  "choice of a project": "/console/project",
  "jobs to come": "/console/jobs?order=next",
  "jobs of a project": `/console/jobs?project=${projectId}`,
  "jobs of a host": `/console/jobs?host=${FIRST + 7}`,
  "jobs of an agent": `/console/jobs?agent=${FIRST + 7}`,
  "jobs of a schedule": `/console/jobs?schedule=${FIRST + 7}`,
  "jobs running": "/console/jobs?status=RUNNING",
  "jobs overdue": "/console/jobs?status=NOT_RUN",
  "jobs failed": "/console/jobs?status=FAILED",
  "jobs due": "/console/jobs?status=PLANNED&due=1",
  "jobs that wait": "/console/jobs?waiting=1&order=oldest",
  "jobs that wait for a host": `/console/jobs?host=${FIRST + 7}&waiting=1&order=oldest`,
  "jobs ended on a day": "/console/jobs?ended=2026-03-02",
  "jobs of a project ended on a day": `/console/jobs?project=${projectId}&ended=2026-03-02`,
  "jobs failed within a day": "/console/jobs?status=FAILED&within=24",
  "jobs cancelled": `/console/jobs?status=CANCELLED&project=${projectId}`,
  "jobs of a day": "/console/jobs?from=2026-03-01T00:00&to=2026-03-02T00:00",
  job: `/console/projects/${projectId}/jobs/${FIRST + 7}`,
  "files of a job": `/console/projects/${projectId}/jobs/${FIRST + 7}/files`,
  "comparison of jobs": `/console/projects/${projectId}/jobs/${FIRST + 7}/compare?with=${FIRST + 8}`,
  "output of a job": `/console/projects/${projectId}/jobs/${FIRST + 7}/log`,
  "results of a job as JUnit": `/console/projects/${projectId}/jobs/${FIRST + 7}/export/junit.xml`,
  projects: "/console/projects",
  "projects searched in vain": "/console/projects?q=nothing",
  project: `/console/projects/${projectId}`,
  "tests of a project": `/console/projects/${projectId}/test-runs`,
  "tests of a project searched in vain": `/console/projects/${projectId}/test-runs?q=nothing`,
  "tests of a project by name": `/console/projects/${projectId}/test-runs?order=az`,
  "test's form": `/console/projects/${projectId}/test-runs/${FIRST + 7}`,
  tests: `/console/projects/${projectId}/tests`,
  "rules for flaky tests": `/console/projects/${projectId}/flaky-rules`,
  schedules: "/console/schedules",
  "schedules of a project": `/console/schedules?project=${projectId}`,
  "schedules searched in vain": "/console/schedules?q=nothing",
  schedule: `/console/projects/${projectId}/schedules/${FIRST + 7}`,
  "schedule's form": `/console/projects/${projectId}/schedules/${FIRST + 7}/edit`,
  "new schedule": `/console/projects/${projectId}/schedules/new`,
  "copy of a schedule": `/console/projects/${projectId}/schedules/new?from=${FIRST + 7}`,
  blackouts: `/console/projects/${projectId}/blackouts`,
  webhooks: `/console/projects/${projectId}/webhooks`,
  webhook: `/console/projects/${projectId}/webhooks/${FIRST + 7}`,
  "dead deliveries of a webhook": `/console/projects/${projectId}/webhooks/${FIRST + 7}?status=dead`,
  calendar: `/console/calendar?project=${projectId}`,
  timeline: "/console/timeline?span=7d",
  "timeline by agent": "/console/timeline?by=agent&span=7d",
  "timeline of busy hosts": `/console/timeline?busy=1&project=${projectId}`,
  "timeline as a table": "/console/timeline?span=7d&as=table",
  "host's timeline": `/console/hosts/${FIRST + 7}?span=7d&as=table`,
  tokens: "/console/tokens",
  token: "/console/tokens/1",
  "new token": "/console/tokens/new",
  audit: "/console/audit",
  "audit of an action": "/console/audit?action=runScheduleNow",
  "set up": "/console/start",
  pipelines: "/console/pipelines",
  "hosts of a label": "/console/hosts?label=linux",
  "schedules by name": "/console/schedules?order=za",
  "schedules of a project by name": `/console/schedules?project=${projectId}&order=za`,
});

interface Reading {
  read: number;
  trips: number;
  bytes: number;
  refreshTrips: number;
}
const readings: Map<string, Reading>[] = [];

const measure = async (visitor: Visitor) => {
  const measured = new Map<string, Reading>();
  for (const { name, path, isChosen } of visitsOf(pagesOf())) {
    if (isChosen) visitor.cookies.set("muster_project", encodeURIComponent(`${projectId}.Project`));
    else visitor.cookies.delete("muster_project");
    // After this time the token is looked up again.
    world.advance(31_000);
    counts.reset();
    const answer = await visitor.get(path);
    expect(answer.status, name).toBe(200);
    const { d1RoundTrips: trips, rowsRead: read } = counts;
    counts.reset();
    const isLive = answer.text.includes('id="live"');
    if (isLive) await visitor.refresh(path);
    // A page that is one picture brings it along: its HTML is bounded by itself.
    const own = isDrawn(name) ? [] : ownAssetsOf(answer.text);
    const bytes = bytesOf([answer.text, ...own]);
    measured.set(name, { read, trips, bytes, refreshTrips: counts.d1RoundTrips });
  }
  return measured;
};

beforeAll(async () => {
  projectId = await world.project();
  await grow(projectId, FIRST);
  await world.tick();
  for (let ticks = 0; ticks < 2; ticks++) await world.tick();
  const visitor = await Visitor.in(world, await world.token("admin"));
  readings.push(await measure(visitor));
  await grow(projectId, SECOND_FROM);
  for (let ticks = 0; ticks < 3; ticks++) await world.tick();
  readings.push(await measure(visitor));
}, 120_000);

afterAll(() => {
  const [first, second] = readings;
  for (const [name, { trips, read, bytes }] of first ?? [])
    console.log(
      `${name}: ${trips} D1 round trips, ${read} rows read (${second?.get(name)?.read} in tables twice as large), ${bytes} bytes of HTML`,
    );
  console.log(`assets: ${ASSET_BYTES} bytes`);
});

describe("with 1,000 hosts, 50,000 jobs and 500 schedules", () => {
  test("each page takes three D1 round trips or fewer, the token's look-up included", () => {
    for (const [name, { trips }] of readings[0] ?? []) expect(trips, name).toBeLessThanOrEqual(3);
    expect(readings[0]?.size).toBe(Object.keys(pagesOf()).length + OF_THE_CHOSEN.length);
  });

  test("a refresh takes one", () => {
    for (const [name, { refreshTrips }] of readings[0] ?? [])
      expect(refreshTrips, name).toBeLessThanOrEqual(1);
  });

  test("the first paint of each page needs under 100 kB, uncompressed, and so does the HTML of each timeline", () => {
    for (const [name, { bytes }] of readings[0] ?? [])
      expect(isDrawn(name) ? bytes : ASSET_BYTES + bytes, name).toBeLessThan(FIRST_PAINT_BYTES);
  });

  test("in tables twice as large each page reads no more (only counts may differ, up to 1,000)", () => {
    const [first, second] = readings;
    for (const [name, { read }] of first ?? [])
      expect(second?.get(name)?.read, name).toBeLessThanOrEqual(BOUNDED[name] ?? read * 1.05 + 1020);
  });
});
