import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { measuredWorld } from "./measured-world.ts";
import { HOUR, jobsIn, MINUTE, type Ready, START } from "./world.ts";

const { world, counts, readings, note } = measuredWorld();

/** Adds `count` jobs of an agent in one statement; `at` in epoch milliseconds. */
const addJobs = async (
  of: Ready,
  scheduleId: number,
  { count, status, at }: { count: number; status: string; at: number },
) => {
  await env.DB.prepare(
    `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status, attempt, status_changed_at, holder)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     SELECT ?2, ?3, ?4, ?5, (SELECT snapshot_id FROM schedules WHERE id = ?5), ?6, 1 + i + (SELECT MAX(id) FROM jobs), ?7, 1, ?6, CASE ?7 WHEN 'RUNNING' THEN 'lease:of another' END FROM n`,
  )
    .bind(count, of.projectId, of.hostId, of.agentId, scheduleId, at, status)
    .run();
};

/** Adds hosts that are Online. */
const addHosts = (count: number) =>
  env.DB.prepare(
    `INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, presence, last_ping_at, registered_at, creation_key)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     SELECT ?2 || i, '', '', '', '', 'Online', ?3, ?3, ?2 || i FROM n`,
  )
    .bind(count, crypto.randomUUID(), START)
    .run();

const FAR = START + 1000 * HOUR;

/** A host whose agent has `size` jobs that no poll of these tests may return: ended, running or far ahead. */
const withOldJobs = async (size: number): Promise<Ready & { scheduleId: number }> => {
  const host = await world.ready();
  const { id } = await world.schedule(host.projectId, host.agentId, { at: FAR });
  await addJobs(host, id, { count: (size * 8) / 10, status: "COMPLETED", at: START });
  await addJobs(host, id, { count: Math.min((size * 2) / 10, 20), status: "RUNNING", at: START });
  await addJobs(host, id, { count: (size * 2) / 10, status: "PLANNED", at: FAR });
  return { ...host, scheduleId: id };
};

describe.each([10, 100_000])("with %i jobs in the tables", (size) => {
  let host: Ready;
  beforeAll(async () => {
    world.now = START;
    const [first, other] = [await withOldJobs(size / 2), await withOldJobs(size / 2)];
    await addJobs(other, other.scheduleId, { count: size / 10, status: "NOT_RUN", at: START });
    host = first;
    await addJobs(first, first.scheduleId, { count: 5, status: "PLANNED", at: START + 2 * HOUR });
    await addJobs(first, first.scheduleId, { count: 50, status: "PLANNED", at: START + 3 * HOUR });
  });

  test("a ping in a window already recorded is one call of the object, and no D1", async () => {
    await world.ping(host.hostId, host.guid);
    counts.reset();
    expect(await world.ping(host.hostId, host.guid)).toMatchObject({ status: 200 });
    note("ping in a recorded window", size);
    expect(counts).toMatchObject({
      statements: [],
      objectCalls: { ping: 1 },
      objectCallsInAll: 1,
      pageCalls: 0,
    });
  });

  test("an empty poll is one round trip and two object calls, and reads the host, its agents and their next job and plan alone", async () => {
    for (const agents of [1, 2]) {
      if (agents === 2) await world.agent(host.projectId, host.hostId);
      world.advance(MINUTE);
      counts.reset();
      expect(jobsIn(await world.poll(host.hostId, { from: START }))).toEqual([]);
      note(`empty poll of a host, agents: ${agents}`, size);
      expect(counts).toMatchObject({ d1RoundTrips: 1, rowsWritten: 0, pageCalls: 0 });
      expect(counts.objectCalls).toEqual({ nothingDue: 1, learnNothingDue: 1 });
      // The host, its runs to cancel, the passes over what was found; each agent, and the place of its jobs in their index.
      const found = 8 + 2 * agents;
      // Each agent once more, its next job and the schedule of that, how far its schedules are planned; and what is due outside of the window.
      expect(counts.rowsRead).toBeLessThanOrEqual(found + 7 * agents);
    }
  });

  test("a poll of a quiet host is one object call, and no D1", async () => {
    counts.reset();
    expect(jobsIn(await world.poll(host.hostId, { from: START }))).toEqual([]);
    note("poll of a quiet host", size);
    expect(counts).toMatchObject({ d1RoundTrips: 0, objectCalls: { nothingDue: 1 }, objectCallsInAll: 1 });
  });

  test.each([
    [5, START + 2 * HOUR],
    [50, START + 3 * HOUR],
  ])(
    "a poll that returns %i jobs is one round trip and one object call, two after a quiet poll",
    async (jobs, from) => {
      const window = { from, to: from + 1, headers: { "Lease-Owner": "process" } };
      for (const after of ["quiet", "jobs"]) {
        if (after === "quiet") await world.poll(host.hostId, { from: START });
        counts.reset();
        expect(jobsIn(await world.poll(host.hostId, window))).toHaveLength(jobs);
        note(`poll that returns ${jobs} jobs, after ${after}`, size);
        expect(counts).toMatchObject({ d1RoundTrips: 1, rowsWritten: 0 });
        expect(counts.rowsRead).toBeLessThanOrEqual((after === "quiet" ? 17 : 12) + 13 * jobs);
        expect(counts.objectCalls).toEqual(after === "quiet" ? { nothingDue: 1, grant: 1 } : { grant: 1 });
      }
    },
  );

  test("a list of the jobs of one schedule or one agent reads those of its host at most", async () => {
    const elsewhere = await world.host();
    const agentId = await world.agent(host.projectId, elsewhere.id);
    const { id } = await world.schedule(host.projectId, agentId);
    for (const filter of [`schedule_id=${id}`, `agent_server_id=${agentId}`]) {
      counts.reset();
      const list = await world.get(`/api/v3/projects/${host.projectId}/automation/jobs?${filter}`);
      note(`list by ${filter.split("=")[0]}`, size);
      expect(jobsIn(list)).toHaveLength(1);
    }
  });

  test("a report is two round trips and one object call, with one that tells pages afterwards; a refused one no more than three", async () => {
    const { id: _, jobId } = await world.schedule(host.projectId, host.agentId);
    for (const status of ["RUNNING", "COMPLETED"]) {
      counts.reset();
      expect(await world.report(host.projectId, jobId, status)).toMatchObject({ status: 200 });
      note(`report of ${status}`, size);
      expect(counts.d1RoundTrips).toBeLessThanOrEqual(2);
      expect(counts.objectCallsInAll).toBeLessThanOrEqual(1);
      expect(counts.pageCalls).toBe(1);
    }
    counts.reset();
    expect(await world.report(host.projectId, jobId, "RUNNING")).toMatchObject({ status: 409 });
    note("report refused", size);
    expect(counts.d1RoundTrips).toBeLessThanOrEqual(3);
    expect(counts.objectCallsInAll).toBeLessThanOrEqual(1);
    expect(counts.pageCalls).toBe(0);
    const refusedOnce = counts.rowsWritten;
    counts.reset();
    await world.report(host.projectId, jobId, "RUNNING");
    expect([refusedOnce > 0, counts.rowsWritten]).toEqual([true, 0]);
  });

  test("the tick writes the rows of hosts whose status changes, and that of the site twice", async () => {
    const tickAt = async (at: number): Promise<number> => {
      world.now = at;
      counts.reset();
      await world.tick();
      return counts.rowsWritten;
    };
    const hosts = [await world.host(), await world.host(), await world.host()];
    const pingAll = async (pinging: typeof hosts) => {
      for (const { id, guid } of pinging) await world.ping(id, guid);
    };
    const rows = async () =>
      (await env.DB.prepare("SELECT * FROM hosts WHERE presence_changed_at = ?").bind(world.now).all())
        .results;
    const base = START + (size === 10 ? 24 : 48) * HOUR;
    // What earlier ticks planned is counted by these.
    for (const before of [60, 30, 0]) await tickAt(base - before * MINUTE);
    await tickAt(base + 30 * MINUTE);
    note("tick in which no host changes", size);
    expect(await rows()).toEqual([]);
    expect(counts.rowsWritten).toBe(2);
    expect(await tickAt(base + 30 * MINUTE)).toBe(0);
    await pingAll(hosts.slice(0, 1));
    const one = await tickAt(base + 60 * MINUTE);
    note("tick in which one host changes", size);
    expect(await rows()).toHaveLength(1);
    await tickAt(base + 90 * MINUTE);
    await pingAll(hosts);
    const three = await tickAt(base + 120 * MINUTE);
    note("tick in which three hosts change", size);
    expect(await rows()).toHaveLength(3);
    expect(counts.rowsRead).toBeLessThan(1300);
    expect(three - 2).toBe(3 * (one - 2));
  });
});

test("what polls, pings and lists read does not grow with the tables", () => {
  const steady = [...readings].filter(([what]) => /poll|ping|list/.test(what));
  expect(steady).toHaveLength(10);
  for (const [what, bySize] of steady) {
    const [small, large] = [...bySize.values()];
    expect(large?.read, what).toBe(small?.read);
  }
  const read = (jobs: number) =>
    readings.get(`poll that returns ${jobs} jobs, after jobs`)?.get(10)?.read ?? 0;
  expect(read(50)).toBeLessThanOrEqual(10 * read(5));
});

test("a report reads no more in a large table", () => {
  const reports = [...readings].filter(([what]) => what.startsWith("report"));
  expect(reports).toHaveLength(3);
  for (const [what, bySize] of reports) {
    const [small, large] = [...bySize.values()];
    // SQLite's step beside an index entry that is moved counts or not, as its neighbours lie.
    expect(large?.read, what).toBeLessThanOrEqual((small?.read ?? 0) + 2);
  }
});

test("a scrape of the metrics is one round trip, and reads the same however many hosts and jobs there are", async () => {
  world.now = START + 100 * HOUR;
  const scrape = async (hosts: number) => {
    const open = await world.ready();
    const { id } = await world.schedule(open.projectId, open.agentId, { at: START });
    for (const status of ["PLANNED", "NOT_RUN"])
      await addJobs(open, id, { count: hosts, status, at: START + HOUR });
    await addHosts(hosts);
    // The first call of a token reads it too.
    await world.text("GET", "/metrics");
    counts.reset();
    const { text } = await world.text("GET", "/metrics");
    note("scrape of the metrics", hosts);
    const online = Number(/^cicd_worker_count\{cicd_worker_state="available"\} (\d+)$/m.exec(text)?.[1]);
    const { d1RoundTrips, statements, rowsRead, rowsWritten } = counts;
    return { online, cost: { d1RoundTrips, statements: statements.length, rowsRead, rowsWritten } };
  };
  const few = await scrape(10);
  const many = await scrape(3000);
  expect(many.online - few.online).toBe(3000);
  expect(many.cost).toEqual(few.cost);
  expect(many.cost).toMatchObject({ d1RoundTrips: 1, statements: 3, rowsWritten: 0 });
  const samples = await env.DB.prepare("SELECT COUNT(*) AS rows FROM metrics").first<number>("rows");
  // The site, and the first job of each open status.
  expect(many.cost.rowsRead).toBeLessThanOrEqual((samples ?? 0) + 1 + 2 + 4);
});
