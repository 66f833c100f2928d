import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn } from "../http/refusals.ts";
import { HOUR, World } from "../world.ts";

const SEED_FIELDS = ["host_server_id", "host_name", "ip_address", "mac_address", "host_guid"];
const fields = (body: unknown) => Object.keys(z.record(z.string(), z.unknown()).parse(body));

const facts = (guid: string, name = "Host server") => ({
  host_name: name,
  ip_address: " 192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid: guid,
});
const register = (world: World, guid: string, name?: string) =>
  world.post("/api/v3/automation/host", facts(guid, name));
const hostPath = (id: number) => `/api/v3/automation/hosts/${id}`;

describe("Registering a host", () => {
  test("is a 201 with the seed's fields in its order", async () => {
    const guid = crypto.randomUUID().toUpperCase();
    const answer = await register(new World(), guid);
    expect(answer.status).toBe(201);
    expect(fields(answer.body)).toEqual(SEED_FIELDS);
    expect(answer.body).toEqual({ host_server_id: expect.any(Number), ...facts(guid) });
  });

  test("of a known guid is a 200: the host keeps its id and takes the new name and addresses", async () => {
    const world = new World();
    const { id, guid } = await world.host();
    const again = { ...facts(guid, "Renamed"), ip_address: "10.0.0.1", mac_address: "00:00:00:00:00:01" };
    const known = { host_server_id: id, ...again };
    const answer = await world.post("/api/v3/automation/host", again);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: known });
    expect((await world.get(hostPath(id))).body).toMatchObject(known);
  });

  test("compares host_guid without case, and answers it as last sent", async () => {
    const world = new World();
    const guid = crypto.randomUUID();
    await register(world, guid);
    expect(await register(world, guid.toUpperCase())).toMatchObject({
      status: 200,
      body: { host_guid: guid.toUpperCase() },
    });
    expect(await register(world, ` ${guid} `)).toMatchObject({
      status: 200,
      body: { host_guid: ` ${guid} ` },
    });
  });

  test("twice at once makes one host", async () => {
    const world = new World();
    const guid = crypto.randomUUID();
    const answers = await Promise.all([register(world, guid), register(world, guid), register(world, guid)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });
});

describe("Updating a host", () => {
  test("is a 200 with the host as it now is, in the seed's fields", async () => {
    const world = new World();
    const { id } = await world.host();
    const guid = crypto.randomUUID();
    const answer = await world.put(hostPath(id), facts(guid, "Renamed"));
    expect(answer.status).toBe(200);
    expect(fields(answer.body)).toEqual(SEED_FIELDS);
    expect(answer.body).toEqual({ host_server_id: id, ...facts(guid, "Renamed") });
  });

  test("to a guid that is another host's is a 409, and changes nothing", async () => {
    const world = new World();
    const [one, other] = [await world.host(), await world.host()];
    const before = (await world.get(hostPath(one.id))).text;
    const taken = await world.put(hostPath(one.id), facts(other.guid.toUpperCase(), "Thief"));
    expect(refusalIn(taken, 409).message).toContain(other.guid.toUpperCase());
    expect((await world.get(hostPath(one.id))).text).toBe(before);
  });

  test("to a new guid has it pinged by the new one, no longer by the old", async () => {
    const world = new World();
    const { id, guid } = await world.host();
    const next = crypto.randomUUID();
    await world.put(hostPath(id), facts(next));
    expect(await world.ping(id, next)).toMatchObject({ status: 200 });
    refusalIn(await world.ping(id, guid), 409);
  });
});

describe("A ping", () => {
  test("is answered with received_time and pong_message, the string", async () => {
    const world = new World();
    const { id, guid } = await world.host();
    const { status, text } = await world.ping(id, guid);
    expect({ status, text }).toEqual({
      status: 200,
      text: '{"received_time":"2026-03-02T10:00:00+00:00","pong_message":"true"}',
    });
  });

  test("compares the guid without case", async () => {
    const world = new World();
    const { id, guid } = await world.host();
    expect(await world.ping(id, guid.toUpperCase())).toMatchObject({ status: 200 });
  });

  test("with another host's guid, or nobody's, is a 409, and no contact", async () => {
    const world = new World();
    const [one, other] = [await world.host(), await world.host()];
    for (const guid of [other.guid, crypto.randomUUID()]) {
      expect(refusalIn(await world.ping(one.id, guid), 409).code).toBe("host_guid_mismatch");
    }
    expect((await world.get(hostPath(one.id))).body).toMatchObject({ last_ping_at: null });
  });

  test("of an unknown host is a 404", async () => {
    expect(refusalIn(await new World().ping(999_999_999, "x"), 404).message).toContain("999999999");
  });
});

test("A host read carries the seed's fields, then status, status_changed_at, last_ping_at", async () => {
  const world = new World();
  const { id, guid } = await world.host();
  const unheard = await world.get(hostPath(id));
  expect(fields(unheard.body).slice(0, 8)).toEqual([
    ...SEED_FIELDS,
    "status",
    "status_changed_at",
    "last_ping_at",
  ]);
  expect(unheard.body).toMatchObject({ status: "Offline", status_changed_at: null, last_ping_at: null });
  await world.ping(id, guid);
  const listed = await world.get(`/api/v3/automation/hosts?after=${id - 1}&limit=1`);
  expect(listed.body).toEqual([(await world.get(hostPath(id))).body]);
  expect(listed.body).toMatchObject([{ last_ping_at: "2026-03-02T10:00:00+00:00" }]);
});

describe("Retiring a host", () => {
  test("is a 409 while a job of its runs, and changes nothing", async () => {
    const world = new World();
    const { projectId, hostId, jobIds } = await world.ready({ jobs: 2 });
    const [running = 0, open = 0] = jobIds;
    await world.report(projectId, running, "RUNNING");
    expect(refusalIn(await world.delete(hostPath(hostId)), 409).code).toBe("host_has_running_job");
    expect((await world.job(projectId, open)).status).toBe("PLANNED");
    expect(await world.get(hostPath(hostId))).toMatchObject({ status: 200 });
    await world.report(projectId, running, "COMPLETED");
    expect(await world.delete(hostPath(hostId))).toMatchObject({
      status: 200,
      body: { host_server_id: hostId },
    });
    expect((await world.job(projectId, running)).status).toBe("COMPLETED");
  });

  test("cancels its open jobs, and says so in their history", async () => {
    const world = new World();
    const { projectId, hostId, jobIds } = await world.ready({ jobs: 2 });
    await world.delete(hostPath(hostId));
    for (const jobId of jobIds) {
      expect(await world.job(projectId, jobId)).toMatchObject({
        status: "CANCELLED",
        history: [{ from: "PLANNED", to: "CANCELLED", by: "admin bootstrap", reason: "host_retired" }],
      });
    }
  });

  test("makes every later call to it a 404, and leaves it out of the list", async () => {
    const world = new World();
    const { projectId, hostId, guid, agentId } = await world.ready();
    await world.ping(hostId, guid);
    await world.delete(hostPath(hostId));
    const agents = `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`;
    for (const answer of [
      await world.get(hostPath(hostId)),
      await world.put(hostPath(hostId), facts(guid)),
      await world.ping(hostId, guid),
      await world.poll(hostId, { to: world.now + HOUR }),
      await world.get(`${hostPath(hostId)}/agents`),
      await world.get(agents),
      await world.post(`${agents}/${agentId}/activate`),
      await world.delete(`${agents}/${agentId}`),
      await world.delete(hostPath(hostId)),
    ]) {
      refusalIn(answer, 404);
    }
    const listed = await world.get(`/api/v3/automation/hosts?after=${hostId - 1}&limit=1`);
    expect(JSON.stringify(listed.body)).not.toContain(guid);
  });

  test("is undone by registering its guid again: a 200, the same id, and it is there", async () => {
    const world = new World();
    const { id, guid } = await world.host();
    await world.delete(hostPath(id));
    expect(await register(world, guid)).toMatchObject({ status: 200, body: { host_server_id: id } });
    expect(await world.ping(id, guid)).toMatchObject({ status: 200 });
    expect(await world.poll(id)).toMatchObject({ status: 200, body: [] });
  });
});
