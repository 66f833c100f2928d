import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Counts, standingAround } from "../fault-injection.ts";
import { refusalIn } from "../http/refusals.ts";
import {
  alarmAt,
  FAR_START,
  fireAlarms,
  giveBack,
  lease,
  oneLease,
  renew,
  reportUnder,
} from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";

test("a token of another project does not renew a lease that it knows, nor gives it back; one of the job's project does", async () => {
  const world = new World({ now: FAR_START });
  const { hostId, projectId } = await world.ready({ jobs: 1 });
  const other = await world.project();
  await world.agent(other, hostId);
  const { lease_id } = oneLease(await lease(world, hostId));
  const path = `/api/v3/automation/hosts/${hostId}/leases/${lease_id}`;
  const stranger = await world.token("host", { project_ids: [other] });
  const forged = path.replace(`/${projectId}-`, `/${other}-`);
  const plain = path.replace(`/${projectId}-`, "/");
  for (const wrong of [path, plain]) {
    refusalIn(await world.put(wrong, undefined, { token: stranger }), 404);
    refusalIn(await world.delete(wrong, { token: stranger }), 404);
  }
  expect((await world.put(forged, undefined, { token: stranger })).status).toBe(409);
  expect((await world.delete(forged, { token: stranger })).status).toBe(409);
  const own = await world.token("host", { project_ids: [projectId] });
  expect(await world.put(path, undefined, { token: own })).toMatchObject({ status: 200 });
  expect(await renew(world, hostId, lease_id)).toMatchObject({ status: 200 });
  expect(await giveBack(world, hostId, lease_id)).toMatchObject({ status: 200 });
});

/** A run under a lease of a host with a token of its own, renewed by isolates that remember nothing. */
const runOf = async (facts: object = {}) => {
  const world = new World({ now: FAR_START });
  const ready = await world.ready({ jobs: 1 });
  const made = await world.post("/api/v3/tokens", {
    name: "own",
    scope: "host",
    host_server_id: ready.hostId,
    ...facts,
  });
  const { id, token } = z.object({ id: z.int(), token: z.string() }).parse(made.body);
  await world.ping(ready.hostId, ready.guid);
  // A new object learns nothing for a minute, because a change that it does not know of may be under way.
  world.advance(MINUTE);
  const { lease_id: leaseId } = oneLease(await lease(world, ready.hostId));
  await reportUnder(world, { projectId: ready.projectId, jobId: ready.jobId, status: "RUNNING", leaseId });
  const counts = new Counts();
  let silent = false;
  const renewOnce = (path = `/api/v3/automation/hosts/${ready.hostId}/leases/${leaseId}`) => {
    counts.reset();
    const seam = standingAround(async (trip, go) => {
      counts.note(trip);
      if (silent && trip.to === "d1") throw new Error("D1_ERROR: Network connection lost.");
      return go();
    });
    return new World({ now: world.now, seam }).put(path, undefined, { token });
  };
  const silenceD1 = (): void => {
    silent = true;
  };
  return { world, ready, id, leaseId, renewOnce, silenceD1, counts };
};

describe("a renewal by a host's own token", () => {
  test("asks the host's object alone, so that a run keeps its lease while D1 is silent", async () => {
    const { world, ready, renewOnce, silenceD1, counts } = await runOf();
    expect(await renewOnce()).toMatchObject({ status: 200 });
    expect(counts).toMatchObject({ d1RoundTrips: 1, objectCalls: { renew: 2, learnToken: 1 } });
    silenceD1();
    for (let seconds = 0; seconds < 180; seconds += 40) {
      world.advance(40_000);
      expect(await renewOnce()).toMatchObject({ status: 200 });
      expect(counts).toMatchObject({ d1RoundTrips: 0, objectCalls: { renew: 1 } });
    }
    expect(await fireAlarms(world, ready.hostId)).toBe(0);
    expect((await world.job(ready.projectId, ready.jobId)).status).toBe("RUNNING");
  });

  test("is refused once the token is revoked, and extends nothing", async () => {
    const { world, ready, id, renewOnce } = await runOf();
    for (const _ of [1, 2]) expect(await renewOnce()).toMatchObject({ status: 200 });
    const before = await alarmAt(ready.hostId);
    await world.delete(`/api/v3/tokens/${id}`);
    world.advance(10_000);
    refusalIn(await renewOnce(), 401);
    expect(await alarmAt(ready.hostId)).toBe(before);
  });

  test("that is limited to other projects too finds no lease, and extends none", async () => {
    const other = await new World({ now: FAR_START }).project();
    const { world, ready, leaseId, renewOnce } = await runOf({ project_ids: [other] });
    await world.agent(other, ready.hostId);
    const before = await alarmAt(ready.hostId);
    for (const _ of [1, 2]) {
      world.advance(10_000);
      refusalIn(await renewOnce(), 404);
    }
    expect(await alarmAt(ready.hostId)).toBe(before);
    const forged = leaseId.replace(`${ready.projectId}-`, `${other}-`);
    expect(await renewOnce(`/api/v3/automation/hosts/${ready.hostId}/leases/${forged}`)).toMatchObject({
      status: 409,
    });
  });
});
