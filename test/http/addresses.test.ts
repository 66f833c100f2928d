import { describe, expect, test } from "vitest";
import { type Ready, World } from "../world.ts";

const CALLS: Record<string, (ready: Ready) => [method: string, path: string]> = {
  "a host's read": ({ hostId }) => ["GET", `/api/v3/automation/hosts/${hostId}`],
  "the poll": ({ hostId }) => [
    "GET",
    `/api/v3/automation/hosts/${hostId}/jobs?end_date=2030-01-01T00:00:00&lease=false`,
  ],
  "an agent's activation": ({ projectId, hostId, agentId }) => [
    "POST",
    `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}/activate`,
  ],
  "a job's read": ({ projectId, jobId }) => ["GET", `/api/v3/projects/${projectId}/automation/jobs/${jobId}`],
  "the list of projects": () => ["GET", "/api/v3/projects?limit=1"],
  health: () => ["GET", "/health"],
  "the OpenAPI document": () => ["GET", "/openapi.json"],
};

describe.each(Object.entries(CALLS))("Addresses: %s", (_, address) => {
  test("answers the same under /tc", async () => {
    const world = new World();
    const [method, path] = address(await world.ready({ jobs: 1 }));
    const plain = await world.request(method, path);
    expect(plain.status).toBe(200);
    expect(await world.request(method, `/tc${path}`)).toMatchObject({ status: 200, text: plain.text });
  });

  test("answers the same with slashes repeated", async () => {
    const world = new World();
    const [method, path] = address(await world.ready({ jobs: 1 }));
    const plain = await world.request(method, path);
    const [before, query] = path.split("?");
    const doubled = `/${before?.replaceAll("/", "//")}${query === undefined ? "" : `?${query}`}`;
    expect(await world.request(method, doubled)).toMatchObject({ status: 200, text: plain.text });
    expect(await world.request(method, `//tc//${path}`)).toMatchObject({ status: 200, text: plain.text });
  });

  test("answers the same with a slash at the path's end", async () => {
    const world = new World();
    const [method, path] = address(await world.ready({ jobs: 1 }));
    const plain = await world.request(method, path);
    for (const end of ["/", "//"]) {
      const [before, query] = path.split("?");
      const ended = `${before}${end}${query === undefined ? "" : `?${query}`}`;
      expect(await world.request(method, ended), ended).toMatchObject({ status: 200, text: plain.text });
      expect(await world.request(method, `/tc${ended}`)).toMatchObject({ status: 200, text: plain.text });
    }
  });
});

test("/tc counts once, at the front, as a whole part of the path", async () => {
  const world = new World();
  for (const path of ["/tc/tc/health", "/health/tc", "/tchealth", "/tc"]) {
    expect(await world.get(path), path).toMatchObject({ status: 404 });
  }
});

test.each(["/api/v3/automation/host", "/api/v3/automation/hosts", "/tc/api/v3/automation/host"])(
  "POST %s registers a host",
  async (path) => {
    const answer = await new World().post(path, {
      host_name: "Host server - 192.168.74.73",
      ip_address: "192.168.74.73",
      mac_address: "00:15:5D:4A:4D:01",
      host_guid: crypto.randomUUID(),
    });
    expect(answer).toMatchObject({ status: 201, body: { host_name: "Host server - 192.168.74.73" } });
  },
);
