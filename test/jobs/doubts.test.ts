import { describe, expect, test } from "vitest";
import { FAR_START, leasedRun } from "../lease-client.ts";
import { makeSchedule, tale } from "../scheduling.ts";
import { HOUR, jobsIn, MINUTE, type Ready, type RequestOptions, World } from "../world.ts";

/** The headers of a process: its name, and the jobs that it runs. */
const process = (owner: string, running?: string): RequestOptions => ({
  headers: { "Lease-Owner": owner, ...(running === undefined ? {} : { "Jobs-Running": running }) },
});

const poll = (world: World, { hostId }: Ready, options: RequestOptions) =>
  world.poll(hostId, { to: world.now + 1, ...options });

const attention = async (world: World, { projectId }: Ready, job: number) =>
  (await world.job(projectId, job)).needs_attention;

/** A host without leases that runs the first job of a schedule of each ten minutes. */
const runs = async (facts: object = {}) => {
  const world = new World();
  const ready = await world.ready();
  const schedule = await makeSchedule(world, ready, { cron: "*/10 * * * *", max_runs: 20, ...facts });
  const [first = 0] = schedule.jobIds;
  expect(jobsIn(await poll(world, ready, process("one")))).toEqual([first]);
  await world.report(ready.projectId, first, { status: "RUNNING", ...process("one") });
  world.advance(MINUTE);
  return { world, ready, schedule, first };
};

const register = (world: World, { guid }: Ready) =>
  world.post("/api/v3/automation/hosts", {
    host_name: "Again",
    ip_address: "10.0.0.1",
    mac_address: "0",
    host_guid: guid,
  });

describe("a run that its host does not name needs attention", () => {
  const restarts: Record<string, (world: World, ready: Ready) => Promise<unknown>> = {
    "registers again": register,
    "polls and runs nothing": (world, ready) => poll(world, ready, process("two", "")),
    "polls and runs another job": (world, ready) => poll(world, ready, process("two", "1")),
    "pings and runs nothing": (world, { hostId, guid }) => world.ping(hostId, guid, process("two", "")),
  };

  test.each(Object.keys(restarts))("once the host %s", async (how) => {
    const { world, ready, first } = await runs();
    expect(await attention(world, ready, first)).toBe(false);
    await restarts[how]?.(world, ready);
    expect(await attention(world, ready, first)).toBe(true);
    const path = `/api/v3/projects/${ready.projectId}/automation/jobs?status=RUNNING`;
    expect((await world.get(path)).body).toMatchObject([{ job_id: first, needs_attention: true }]);
  });

  test("until a call names it: a poll or a ping that says nothing changes nothing", async () => {
    const { world, ready, first } = await runs();
    await poll(world, ready, process("two"));
    await world.ping(ready.hostId, ready.guid, process("two"));
    expect(await attention(world, ready, first)).toBe(false);
    await register(world, ready);
    await poll(world, ready, process("one", `1, ${first}`));
    expect(await attention(world, ready, first)).toBe(false);
    await world.ping(ready.hostId, ready.guid, process("one", ""));
    await world.ping(ready.hostId, ready.guid, process("one"));
    expect(await attention(world, ready, first)).toBe(true);
    await world.ping(ready.hostId, ready.guid, process("one", String(first)));
    expect(await attention(world, ready, first)).toBe(false);
  });

  test("though the host's object answers its pings and polls alone", async () => {
    const { world, ready, first } = await runs();
    const token = await world.token("host");
    const calls = {
      ping: (options: RequestOptions) => world.ping(ready.hostId, ready.guid, { ...options, token }),
      poll: (options: RequestOptions) => poll(world, ready, { ...options, token }),
    };
    for (const [name, call] of Object.entries(calls)) {
      // The third is one that the object answers: it has the ping's window, or knows that nothing is due.
      for (const _ of [1, 2, 3]) await call(process("two"));
      await call(process("two", ""));
      expect(await attention(world, ready, first), name).toBe(true);
      await call(process("one", String(first)));
      expect(await attention(world, ready, first), name).toBe(false);
    }
  });

  test("but not for a poll that leases nothing, nor for what another host says", async () => {
    const { world, ready, first } = await runs();
    const window = `start_date=&end_date=${new Date(world.now).toISOString()}&lease=false`;
    await world.get(`/api/v3/automation/hosts/${ready.hostId}/jobs?${window}`, process("two", ""));
    const other = await world.ready();
    await poll(world, other, process("two", ""));
    await world.ping(ready.hostId, other.guid, process("two", ""));
    expect(await attention(world, ready, first)).toBe(false);
  });

  test("a token limited to another project says nothing of it", async () => {
    const { world, ready, first } = await runs();
    const elsewhere = await world.project();
    await world.agent(elsewhere, ready.hostId);
    const token = await world.token("host", { project_ids: [elsewhere] });
    await poll(world, ready, { ...process("two", ""), token });
    expect(await attention(world, ready, first)).toBe(false);
    await register(world, ready);
    await poll(world, ready, { ...process("two", String(first)), token });
    expect(await attention(world, ready, first)).toBe(true);
  });

  test("a run under a lease is watched by its lease", async () => {
    const world = new World({ now: FAR_START });
    const ready = await leasedRun(world);
    await register(world, ready);
    await poll(world, ready, process("two", ""));
    expect(await attention(world, ready, ready.jobId)).toBe(false);
  });
});

describe("a run in doubt holds the next ones of its schedule back for stale_minutes", () => {
  const doubted = async (facts: object) => {
    const it = await runs(facts);
    await poll(it.world, it.ready, process("two", ""));
    return it;
  };

  test("60 of them where the schedule says nothing, counted from when the doubt began", async () => {
    const { world, ready, schedule } = await doubted({ cron: "0 * * * *" });
    world.advance(59 * MINUTE);
    const held = await poll(world, ready, process("two", ""));
    expect([jobsIn(held), held.headers.get("Jobs-Held")]).toEqual([[], "1"]);
    world.advance(MINUTE);
    const [, second = 0] = schedule.jobIds;
    expect(jobsIn(await poll(world, ready, process("two", "")))).toEqual([second]);
    expect(
      await world.report(ready.projectId, second, { status: "RUNNING", ...process("two") }),
    ).toMatchObject({
      status: 200,
    });
  });

  test("and then the tick skips none of them, nor does its end", async () => {
    const { world, ready, schedule, first } = await doubted({ stale_minutes: 12 });
    world.advance(14 * MINUTE);
    await world.tick(world.now + 15 * MINUTE);
    await world.report(ready.projectId, first, { status: "COMPLETED", ...process("one") });
    expect((await tale(schedule.id)).slice(0, 2)).toEqual(["10:00 COMPLETED", "10:10 PLANNED"]);
  });

  test("while a run that is named is waited for, however long", async () => {
    const { world, ready, schedule, first } = await doubted({ stale_minutes: 0 });
    await poll(world, ready, process("two", String(first)));
    world.advance(3 * HOUR);
    expect(jobsIn(await poll(world, ready, process("two")))).toEqual([]);
    await world.tick();
    expect((await tale(schedule.id)).slice(0, 2)).toEqual(["10:00 RUNNING", "10:10 CANCELLED overlap"]);
  });

  test("a run that begins again is not in doubt", async () => {
    const { world, ready } = await doubted({ max_runs: 1 });
    const next = await makeSchedule(world, ready, { cron: "* * * * *", max_runs: 1 });
    world.advance(MINUTE);
    await world.report(ready.projectId, next.jobIds[0] ?? 0, { status: "RUNNING", ...process("two") });
    expect(await attention(world, ready, next.jobIds[0] ?? 0)).toBe(false);
  });

  test("stale_minutes is read, kept and replaced with the schedule", async () => {
    const { world, ready, schedule } = await runs({ stale_minutes: 7 });
    expect((await world.get(schedule.path)).body).toMatchObject({ stale_minutes: 7 });
    const put = { name: "Other", agent_server_id: ready.agentId, cron: "0 * * * *" };
    expect((await world.put(schedule.path, put)).body).toMatchObject({ stale_minutes: 60 });
    expect((await world.put(schedule.path, { ...put, stale_minutes: -1 })).status).toBe(400);
  });
});

test("a Jobs-Running that is no list of ids is refused, in a ping and in a poll, and changes nothing", async () => {
  const { world, ready, first } = await runs();
  for (const text of ["none", "1;2", "0", "1,-2", "1.5", "9".repeat(30), Array(1001).fill("1").join(",")]) {
    for (const answer of [
      await poll(world, ready, process("two", text)),
      await world.ping(ready.hostId, ready.guid, process("two", text)),
    ])
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: "Jobs-Running" }] } });
  }
  expect(await attention(world, ready, first)).toBe(false);
});
