import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { livenessOf } from "../../src/console/hosts/liveness.tsx";
import { shareText } from "../../src/console/parts/strip.tsx";
import { FAR_START } from "../lease-client.ts";
import { HostSocket, shareClock } from "../push/socket-client.ts";
import { makeSchedule } from "../scheduling.ts";
import { MINUTE, type Ready, START, World } from "../world.ts";
import { fieldIn, textOf, Visitor } from "./visitor.ts";

const hostsPage = async (visitor: Visitor) => textOf((await visitor.get("/console/hosts")).text);
const pageOf = async (visitor: Visitor, { hostId }: Pick<Ready, "hostId">) =>
  textOf((await visitor.get(`/console/hosts/${hostId}`)).text);

test.each([
  ["live", { contactAt: -60, sockets: 0 }],
  ["quiet", { contactAt: -180, sockets: 0 }],
  ["quiet", { contactAt: -1700, sockets: 0 }],
  ["offline", { contactAt: -1800, sockets: 0 }],
  ["live", { contactAt: -7200, sockets: 1 }],
  ["new", { contactAt: null, sockets: 0 }],
] as const)(
  "a host is %s by its last contact, seconds from now, and its sockets: %j",
  (state, { contactAt, sockets }) => {
    const at = contactAt === null ? null : START + contactAt * 1000;
    expect(livenessOf({ contactAt: at, sockets }, { now: START, windowMs: 30 * MINUTE })).toBe(state);
  },
);

test("a host that pinged a second ago is live, though the last half-hour check found it Offline", async () => {
  const world = new World();
  const ready = await world.ready();
  const visitor = await Visitor.in(world);
  await world.ping(ready.hostId, ready.guid);
  world.advance(1000);
  expect(await hostsPage(visitor)).toContain("Live Offline");
  world.advance(3 * MINUTE);
  expect(await hostsPage(visitor)).toContain("Quiet for 3 min Offline");
  const page = await pageOf(visitor, ready);
  expect(page).toContain("Now Quiet for 3 min");
  expect(page).toContain("Half-hour check Offline");
  world.advance(30 * MINUTE);
  await world.tick();
  expect(await hostsPage(visitor)).toContain("Offline for 33 min Online");
});

test("a host on a socket is live, and says how many slots it has free", async () => {
  const world = shareClock(new World({ now: FAR_START }));
  const ready = await world.ready({ jobs: 1 });
  const host = await HostSocket.ready(world, ready.hostId, { slots: 3 });
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  await host.accept(offer);
  await host.ask("ready", { slots: 2 });
  const page = await pageOf(await Visitor.in(world), ready);
  expect(page).toContain("Now Live");
  expect(page).toMatch(/Slots 1 in use ?, 2 free/);
  expect(await hostsPage(await Visitor.in(world))).toMatch(/#\d+ , 2 slots free/);
});

test("however many jobs a host runs, its page and the list count each", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 14 });
  await env.DB.prepare("UPDATE jobs SET status = 'RUNNING' WHERE host_id = ?").bind(ready.hostId).run();
  await world.put(`/api/v3/automation/hosts/${ready.hostId}/maintenance`, { note: "A new disk" });
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(`/console/hosts/${ready.hostId}`);
  expect(textOf(text)).toContain("Slots 14 in use");
  expect(textOf(text)).toContain("14 jobs still run");
  expect(text).toContain(`/console/jobs?host=${ready.hostId}&amp;status=RUNNING`);
  expect(await hostsPage(visitor)).toMatch(/#\d+ and 13 more/);
});

test("its list and page say what frameworks it has, and what is overdue there and since when", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 2 });
  await world.agent(ready.projectId, ready.hostId, { framework: "JUnit" });
  const paused = await makeSchedule(world, ready);
  await world.post(`${paused.path}/pause`);
  const visitor = await Visitor.in(world);
  expect(await hostsPage(visitor)).toMatch(/2 of 2 (testNG, JUnit|JUnit, testNG) none/);
  world.advance(10 * MINUTE);
  expect(await hostsPage(visitor)).toMatch(/2 of 2 (testNG, JUnit|JUnit, testNG) 2, 10 min/);
  const page = await pageOf(visitor, ready);
  expect(page).toMatch(/Late 2 jobs ?, the first for 10 min/);
  expect(page).toContain("Frameworks testNG, JUnit");
});

test("a share of the time is counted from when the host was registered, and never rounded up to all of it", () => {
  const span = { from: 0, to: 1000 };
  expect(shareText([{ from: 0, to: 1000 }], span)).toBe("100 %");
  expect(shareText([{ from: 1, to: 1000 }], span)).toBe("99.9 %");
  expect(shareText([{ from: 0, to: 500 }], { from: 250, to: 1000 })).toBe("33.3 %");
  expect(shareText([], span)).toBe("0 %");
});

test("a strip tells each time in which the host was Offline", async () => {
  const world = new World();
  const ready = await world.ready();
  for (const windows of [1, 3, 1]) {
    await world.ping(ready.hostId, ready.guid);
    for (let window = 0; window < windows; window++) {
      world.advance(30 * MINUTE);
      await world.tick();
    }
  }
  const { text } = await (await Visitor.in(world)).get(`/console/hosts/${ready.hostId}`);
  expect(text).toContain("<title>Offline 2 Mar 11:30 to now, 1 h 0 min</title>");
  expect(textOf(text)).toMatch(
    /Last 7 days Online \d+(\.\d)? % of the time since 2 Mar 10:00; offline 2 Mar/,
  );
});

test("a strip has a line where each of the reader's days begins, and on the host's page its number", async () => {
  const world = new World();
  const ready = await world.ready();
  const visitor = await Visitor.in(world);
  const stripOf = async (path: string) => {
    const strip = /<span class="strip">.*?<\/svg>/s.exec((await visitor.get(path)).text)?.[0] ?? "";
    return {
      lines: /class="off" d="((?:M\d+ 0V14)+)"/
        .exec(strip)?.[1]
        ?.match(/\d+(?= 0V)/g)
        ?.map(Number),
      numbers: [...strip.matchAll(/<text [^>]*>(\d+)</g)].map(([, day]) => Number(day)),
    };
  };
  // It is 10:00 UTC on the second of March: each of seven days is 24 wide, and the last began ten hours ago.
  const lines = [14, 38, 62, 86, 110, 134, 158];
  expect(await stripOf("/console/hosts")).toEqual({ lines, numbers: [] });
  const page = `/console/hosts/${ready.hostId}`;
  expect(await stripOf(page)).toEqual({ lines, numbers: [24, 25, 26, 27, 28, 1, 2] });
  visitor.cookies.set("muster_zone", "Asia%2FTokyo");
  // There it is 19:00, and the day began nineteen hours ago.
  expect((await stripOf(page)).lines).toEqual(lines.map((line) => line - 9));
});

test("maintenance is begun, changed and ended on its page, which says who, why and until", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await world.ping(ready.hostId, ready.guid);
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  const visitor = await Visitor.in(world);
  const path = `/console/hosts/${ready.hostId}/maintenance`;
  const began = await visitor.post(path, { note: "A new disk", until: "2026-03-02T12:00" });
  expect([began.status, began.headers.get("location")]).toEqual([
    303,
    `/console/hosts/${ready.hostId}?done=maintenance-began`,
  ]);
  expect(await pageOf(visitor, ready)).toContain(
    "Drains for maintenance since 2 Mar 10:00 , until 2 Mar 12:00 , by admin bootstrap: A new disk. It is handed no job; 1 job still runs.",
  );
  expect(await hostsPage(visitor)).toContain("Maintenance A new disk");
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  await visitor.post(path, { note: "Two disks", until: "" });
  expect(await pageOf(visitor, ready)).toContain(
    "In maintenance since 2 Mar 10:00 , until somebody ends it, by admin bootstrap: Two disks. It is handed no job.",
  );
  expect((await visitor.post(path, { note: "x", until: "2026-03-02T09:00" })).status).toBe(400);
  expect((await visitor.post(path, { note: "x", until: "soon" })).status).toBe(400);
  expect((await visitor.post(`${path}/end`)).status).toBe(303);
  expect(await pageOf(visitor, ready)).not.toContain("In maintenance");
});

test("whoever edits why a host is in maintenance keeps its end to the second, even in an hour that comes twice", async () => {
  // 06:30:20 UTC is 01:30:20 in New York for the second time that night.
  const world = new World({ now: Date.parse("2026-11-01T05:00:00Z") });
  const { hostId } = await world.ready();
  const path = `/api/v3/automation/hosts/${hostId}/maintenance`;
  await world.put(path, { note: "A new disk", until: "2026-11-01T06:30:20Z" });
  const visitor = await Visitor.in(world);
  visitor.cookies.set("muster_zone", encodeURIComponent("America/New_York"));
  const { text } = await visitor.get(`/console/hosts/${hostId}`);
  const until = /name="until" value="([^"]*)"/.exec(text)?.[1] ?? "";
  expect(until).toBe("2026-11-01T01:30");
  const change = { note: "Two disks", until, ends: fieldIn(text, "ends") };
  await visitor.post(`/console/hosts/${hostId}/maintenance`, change);
  const untilNow = async () => JSON.stringify((await world.get(`/api/v3/automation/hosts/${hostId}`)).body);
  expect(await untilNow()).toContain("Two disks");
  expect(await untilNow()).toContain("06:30:20");
  await visitor.post(`/console/hosts/${hostId}/maintenance`, { ...change, until: "2026-11-01T03:00" });
  expect(await untilNow()).toContain("08:00:00");
  await visitor.post(`/console/hosts/${hostId}/maintenance`, { ...change, until: "" });
  expect(await untilNow()).toMatch(/"until":null/);
});

test("a host's token may look at maintenance, and is offered no way to change it", async () => {
  const world = new World();
  const ready = await world.ready();
  await world.put(`/api/v3/automation/hosts/${ready.hostId}/maintenance`, { note: "A new disk" });
  const host = await Visitor.in(world, await world.token("host"));
  const { text } = await host.get(`/console/hosts/${ready.hostId}`);
  expect(text).toContain("A new disk");
  expect(text).not.toContain("/maintenance");
  expect((await host.post(`/console/hosts/${ready.hostId}/maintenance/end`)).status).toBe(403);
});

test("an agent's page has its host, what it runs, ran and will run, and its schedules", async () => {
  const world = new World();
  const ready = await world.ready();
  const other = await world.agent(ready.projectId, ready.hostId, { name: "Another" });
  const own = await makeSchedule(world, ready, { name: "Its own", cron: "15 6 * * MON-FRI" });
  await world.schedule(ready.projectId, other, { facts: { name: "Of the other" } });
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts: { name: "Ended" } });
  for (const status of ["RUNNING", "FAILED"]) await world.report(ready.projectId, jobId, status);
  await world.put(`${own.path}`, {
    name: "Its own",
    agent_server_id: ready.agentId,
    cron: "15 6 * * MON-FRI",
  });
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${ready.projectId}/hosts/${ready.hostId}/agents/${ready.agentId}`;
  const { text, status } = await visitor.get(path);
  expect(status).toBe(200);
  const page = textOf(text);
  expect(page).toContain("State Active");
  expect(page).toContain("Its own Mondays to Fridays 06:15");
  expect(page).toContain(`Ended #${jobId}`);
  expect(page).not.toContain("Of the other");
  expect(text).toContain(`${path}/edit`);
  expect(text).toContain(`/console/jobs?agent=${ready.agentId}`);
  expect((await visitor.get(path.replace(/\d+$/, "999999"))).status).toBe(404);
  expect((await visitor.get(path.replace(/hosts\/\d+/, "hosts/999999"))).status).toBe(404);
});
