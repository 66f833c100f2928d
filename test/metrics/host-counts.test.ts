import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { checkPresence } from "../../src/hosts/check-presence.ts";
import { begin, type Exported, exportLines, finish, pieces, restoreAll, send } from "../backup/copying.ts";
import { startAnew } from "../backup/installation.ts";
import { faulty } from "../fault-injection.ts";
import { runStep } from "../steps.ts";
import { MINUTE, World } from "../world.ts";
import { newWorld, scrape } from "./scrape.ts";

const WINDOW = 30 * MINUTE;

/** What the scrape says of hosts, and what a count of all of them says. */
const compare = async (world: World, what = "") => {
  const { of } = await scrape(world);
  const { results } = await env.DB.prepare(
    `SELECT COUNT(*) FILTER (WHERE presence = 'Online') AS online, COUNT(*) FILTER (WHERE presence = 'Offline') AS offline
     FROM hosts WHERE retired_at IS NULL`,
  ).all();
  const said = {
    online: of('cicd_worker_count{cicd_worker_state="available"}'),
    offline: of('cicd_worker_count{cicd_worker_state="offline"}'),
  };
  expect([said], what).toEqual(results);
  return said;
};

const factsOf = (host_guid: string) => ({ host_name: "Lab", ip_address: "x", mac_address: "x", host_guid });
const register = (world: World, guid: string, options?: { token: string }) =>
  world.post("/api/v3/automation/host", factsOf(guid), options);

/** The next window: these hosts ping in it, and its tick runs. */
const pass = async (world: World, pinging: readonly { id: number; guid: string }[] = []) => {
  for (const { id, guid } of pinging) await world.ping(id, guid);
  world.advance(WINDOW);
  await world.tick();
};

const retire = (world: World, id: number) => world.delete(`/api/v3/automation/hosts/${id}`);

describe("the hosts of each presence are as many as a count of all of them finds", () => {
  test("through every change of a host, each of which shows at once", async () => {
    const world = newWorld();
    const start = await compare(world);
    const by = async (online: number, offline: number, what: string) =>
      expect(await compare(world, what), what).toEqual({
        online: start.online + online,
        offline: start.offline + offline,
      });
    const [one, two, three] = [await world.host(), await world.host(), await world.host()];
    await by(0, 3, "they register");
    await register(world, one.guid);
    await world.put(`/api/v3/automation/hosts/${one.id}`, { ...factsOf(one.guid), host_name: "Another" });
    await by(0, 3, "one registers again, and is updated");
    const enrolling = await world.token("host", { register_only: true });
    await register(world, crypto.randomUUID(), { token: enrolling });
    await by(0, 4, "one is enrolled");
    await pass(world, [one, two]);
    await by(2, 2, "two are Online");
    await world.tick();
    await by(2, 2, "the tick runs again");
    await pass(world, [one]);
    await by(1, 3, "one of them fell silent");
    await retire(world, one.id);
    await retire(world, one.id);
    await retire(world, three.id);
    await by(0, 2, "one that is Online is retired, twice, and one that is Offline");
    await pass(world);
    await by(0, 2, "no retired host changes its presence");
    await register(world, one.guid);
    await by(1, 2, "the one is back, as it was");
    await pass(world);
    await by(0, 3, "and falls silent");
    // No verb does it: somebody at the database may.
    await env.DB.prepare("DELETE FROM presence_history WHERE host_id = ?").bind(two.id).run();
    await env.DB.prepare("DELETE FROM agents WHERE host_id = ?").bind(two.id).run();
    await env.DB.batch(
      [two.id, three.id].map((id) => env.DB.prepare("DELETE FROM hosts WHERE id = ?").bind(id)),
    );
    await by(0, 2, "rows are removed, one of them of a retired host");
  });

  test("though there is a hidden host, for results of tests that nobody scheduled", async () => {
    const world = newWorld();
    const before = await compare(world);
    const log = { name: "x", status: "PASS", exe_start_date: new Date(world.now).toISOString() };
    const path = `/api/v3/projects/${await world.project()}/auto-test-logs?type=automation`;
    const logs = { test_logs: [{ ...log, exe_end_date: log.exe_start_date, automation_content: "a" }] };
    expect((await world.post(path, logs)).status).toBeLessThan(300);
    expect(await env.DB.prepare("SELECT 1 AS one FROM hosts WHERE guid = 'reported'").first("one")).toBe(1);
    expect(await compare(world)).toEqual(before);
  });

  test("though D1 fails before and after each change, and changes are sent again", async () => {
    const faults = faulty();
    const plain = newWorld();
    const world = new World({ now: plain.now, seam: faults.seam });
    const before = await compare(world);
    const fail = (when: "before" | "after") => faults.fail({ to: "d1", only: "hosts", when, times: 2 });
    const guid = crypto.randomUUID();
    fail("after");
    const { body } = await register(world, guid);
    const id = Number(Reflect.get(Object(body), "host_server_id"));
    expect(await compare(plain, "registered")).toEqual({ ...before, offline: before.offline + 1 });
    await world.ping(id, guid);
    world.advance(WINDOW);
    plain.now = world.now;
    for (const when of ["before", "after"] as const) {
      faults.fail({ to: "d1", only: "presence_history", when, times: 1 });
      await world.tick();
    }
    expect(await compare(plain, "Online")).toEqual({ ...before, online: before.online + 1 });
    fail("after");
    await retire(world, id);
    expect(await compare(plain, "retired")).toEqual(before);
    expect(faults.fired()).toBeGreaterThan(4);
  });

  test("though more of them change than one batch of the check does, which all do in one tick", async () => {
    const world = newWorld();
    const before = await compare(world);
    await env.DB.prepare(
      `INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, last_ping_at, registered_at, creation_key)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
       SELECT 'many ' || i, '', '', '', '', ?1, ?1, 'many ' || i FROM n`,
    )
      .bind(world.now + MINUTE)
      .run();
    world.advance(WINDOW);
    expect(await runStep(checkPresence, world, { queries: 900 })).toMatchObject({ online: 1300 });
    expect(await compare(world)).toMatchObject({ online: before.online + 1300 });
  });

  test("in any order of changes", { timeout: 60_000 }, async () => {
    const world = newWorld();
    const hosts = [await world.host(), await world.host(), await world.host()];
    const step = fc.oneof(
      fc.record({ does: fc.constantFrom("retire", "register"), which: fc.nat({ max: 2 }) }),
      fc.record({ does: fc.constant("pass"), which: fc.nat({ max: 7 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        for (const { does, which } of steps) {
          const [{ id, guid }] = [hosts[which] ?? { id: 0, guid: "" }];
          if (does === "retire") await retire(world, id);
          else if (does === "register") await register(world, guid);
          else
            await pass(
              world,
              hosts.filter((_, place) => (which & (1 << place)) > 0),
            );
          await compare(world, `${does} ${which}`);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe("an installation that is restored", () => {
  let lines: string[];
  let world: World;
  beforeAll(async () => {
    await startAnew();
    world = newWorld();
    const [one, two] = [await world.host(), await world.host(), await world.host()];
    await pass(world, [one, two]);
    await retire(world, two.id);
    expect(await compare(world)).toEqual({ online: 1, offline: 1 });
    // More than a page, behind the hosts.
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
       INSERT INTO snapshots (materials, materials_bytes, creation_key)
       SELECT '["' || hex(zeroblob(50000)) || '"]', 100000, 'filled ' || i FROM n`,
    ).run();
    // What comes and changes while the export is read is counted by its last lines, and in no host of it.
    lines = await exportLines(world, async (page) => {
      if (page > 0) return;
      await world.host();
      await retire(world, one.id);
    });
    expect(lines.filter(isCount)).toEqual(['["hosts","Offline",2.0]', '["hosts","Online",0.0]']);
  }, 60_000);

  const asExport = (of: string[]): Exported => ({ lines: of, files: new Map() });
  const isCount = (line: string) => line.startsWith('["hosts","O');

  test("counts the hosts that were restored, each line sent twice", async () => {
    await startAnew();
    await restoreAll(world, asExport(lines), 2);
    expect(await compare(world)).toEqual({ online: 1, offline: 1 });
  });

  test("counts them though the export is of a version that did not", async () => {
    const older = lines.filter((line) => !isCount(line));
    expect(older).toHaveLength(lines.length - 2);
    await startAnew();
    await restoreAll(world, asExport(older));
    const { online, offline } = await compare(world);
    expect(online + offline).toBeGreaterThan(0);
    await world.host();
    expect(await compare(world)).toEqual({ online, offline: offline + 1 });
  });

  test("has the counts of the export, and counts nothing itself, until all is restored", async () => {
    await startAnew();
    const exported = asExport(lines);
    await begin(world, exported);
    for (const piece of pieces(lines, 1)) await send(world, exported, piece);
    const stored = lines.filter(isCount).map((line): unknown => JSON.parse(line));
    const { results } = await env.DB.prepare(
      "SELECT * FROM metrics WHERE name = 'hosts' ORDER BY labels",
    ).all();
    expect(results.map(({ name, labels, value }) => [name, labels, value])).toEqual(stored);
    await env.DB.batch(
      [
        "UPDATE hosts SET presence = 'Online'",
        "UPDATE hosts SET presence = 'Offline'",
        `INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, registered_at, creation_key)
         VALUES ('meanwhile', '', '', '', '', 1, 'meanwhile')`,
        "DELETE FROM hosts WHERE guid = 'meanwhile'",
      ].map((text) => env.DB.prepare(text)),
    );
    const { results: then } = await env.DB.prepare(
      "SELECT * FROM metrics WHERE name = 'hosts' ORDER BY labels",
    ).all();
    expect(then).toEqual(results);
    await finish(world, exported);
    await compare(world);
  });
});

test("an installation that comes to this version begins with the hosts that it has", async () => {
  await startAnew();
  const world = newWorld();
  const [one, two] = [await world.host(), await world.host(), await world.host()];
  await pass(world, [one, two]);
  await retire(world, two.id);
  const [migration] = env.TEST_MIGRATIONS.filter(({ name }) => name.includes("host_counts"));
  const queries = (migration?.queries ?? []).filter((query) =>
    /INSERT INTO `metrics`|CREATE TRIGGER/.test(query),
  );
  const triggers = queries.flatMap((query) => /CREATE TRIGGER `(\w+)`/.exec(query)?.[1] ?? []);
  expect(triggers.length).toBeGreaterThan(3);
  const undone = [...triggers.map((name) => `DROP TRIGGER ${name}`), "DELETE FROM metrics"];
  await env.DB.batch([...undone, ...queries].map((query) => env.DB.prepare(query)));
  expect(await compare(world)).toEqual({ online: 1, offline: 1 });
});
