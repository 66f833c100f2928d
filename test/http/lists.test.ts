import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Answer, type Ready, World } from "../world.ts";
import { refusedField } from "./refusals.ts";

interface List {
  path: (ready: Ready) => string;
  id: string;
  /** Makes one more, and returns its id. */
  make: (world: World, ready: Ready) => Promise<number>;
}

const LISTS: Record<string, List> = {
  projects: { path: () => "/api/v3/projects", id: "id", make: (world) => world.project() },
  hosts: {
    path: () => "/api/v3/automation/hosts",
    id: "host_server_id",
    make: async (world) => (await world.host()).id,
  },
  "a host's agents": {
    path: ({ hostId }) => `/api/v3/automation/hosts/${hostId}/agents`,
    id: "agent_server_id",
    make: (world, { projectId, hostId }) => world.agent(projectId, hostId),
  },
  "a host's agents of one project": {
    path: ({ projectId, hostId }) => `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`,
    id: "agent_server_id",
    make: (world, { projectId, hostId }) => world.agent(projectId, hostId),
  },
  "a project's test runs": {
    path: ({ projectId }) => `/api/v3/projects/${projectId}/automation/test-runs`,
    id: "test_run_id",
    make: async (world, { projectId }) => {
      const run = { test_case_name: "x", automation_content: "x" };
      const made = await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, [run]);
      return idsIn(made, "test_run_id")[0] ?? 0;
    },
  },
  "a project's jobs": {
    path: ({ projectId }) => `/api/v3/projects/${projectId}/automation/jobs`,
    id: "job_id",
    make: async (world, { projectId, agentId }) => (await world.schedule(projectId, agentId)).jobId,
  },
};

const idsIn = ({ body }: Answer, id: string): number[] =>
  z
    .array(z.record(z.string(), z.unknown()))
    .parse(body)
    .map((row) => z.int().parse(row[id]));

const nextOf = ({ headers }: Answer): string | undefined => {
  const link = headers.get("link");
  if (link === null) return undefined;
  const { pathname, search } = new URL(/^<(.+)>; rel="next"$/.exec(link)?.[1] ?? "");
  return pathname + search;
};

describe.each(Object.entries(LISTS))("Lists: %s", (_, { path, id, make }) => {
  test("come as plain arrays, page by page: each Link leads to the next, the last has none", async () => {
    const world = new World();
    const ready = await world.ready();
    const made: number[] = [];
    for (let row = 0; row < 4; row++) made.push(await make(world, ready));
    const all = idsIn(await world.get(path(ready)), id);
    expect(all).toEqual(expect.arrayContaining(made));
    expect(all).toEqual(all.toSorted((one, other) => one - other));
    for (const limit of [1, 2, all.length - 1, all.length]) {
      const walked: number[] = [];
      let next: string | undefined = `${path(ready)}?limit=${limit}`;
      for (let pages = 0; next !== undefined; pages++) {
        expect(pages).toBeLessThan(Math.ceil(all.length / limit));
        const page: Answer = await world.get(next);
        expect(page.status).toBe(200);
        expect(idsIn(page, id).length).toBeLessThanOrEqual(limit);
        walked.push(...idsIn(page, id));
        next = nextOf(page);
      }
      expect(walked).toEqual(all);
    }
  });

  test("begin after `after`", async () => {
    const world = new World();
    const ready = await world.ready();
    const [first, second] = [await make(world, ready), await make(world, ready)];
    expect(idsIn(await world.get(`${path(ready)}?after=${first}`), id)).toEqual([second]);
    const none = await world.get(`${path(ready)}?after=${second}&limit=1`);
    expect(none).toMatchObject({ status: 200, body: [] });
    expect(none.headers.has("link")).toBe(false);
  });

  test("refuse a limit out of 1 to 1,000 and an unreadable `after`, named", async () => {
    const world = new World();
    const ready = await world.ready();
    for (const limit of ["0", "-1", "1001", "1.5", "many", "", "1e9", "Infinity", "NaN"]) {
      refusedField(await world.get(`${path(ready)}?limit=${limit}`), "limit");
    }
    for (const after of ["-1", "x", "1.5", "9".repeat(30), "NaN"]) {
      refusedField(await world.get(`${path(ready)}?after=${after}`), "after");
    }
    for (const limit of [1, 1000])
      expect(await world.get(`${path(ready)}?limit=${limit}`)).toMatchObject({ status: 200 });
  });
});

describe("Lists: a project's jobs, newest first,", () => {
  test("come page by page, the last made first, each page ended by its size too", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 5 });
    const jobs = `/api/v3/projects/${ready.projectId}/automation/jobs`;
    const newest = ready.jobIds.toReversed();
    expect(idsIn(await world.get(`${jobs}?order=desc`), "job_id")).toEqual(newest);
    expect(idsIn(await world.get(`${jobs}?order=asc`), "job_id")).toEqual(ready.jobIds);
    for (const limit of [1, 2, 4, 5]) {
      const walked: number[] = [];
      let path: string | undefined = `${jobs}?order=desc&limit=${limit}`;
      for (let pages = 0; path !== undefined; pages++) {
        expect(pages).toBeLessThan(newest.length);
        const answer = await world.get(path);
        walked.push(...idsIn(answer, "job_id"));
        path = nextOf(answer);
      }
      expect(walked).toEqual(newest);
    }
  });

  test("keep their filters and carry their materials and history", async () => {
    const world = new World();
    const ready = await world.ready({ jobs: 2 });
    const run = { test_run_id: 1, test_case_name: "x", automation_content: "x" };
    await world.post(`/api/v3/projects/${ready.projectId}/automation/test-runs`, [run]);
    const options = { testRunIds: [1] };
    const { jobId } = await world.schedule(ready.projectId, ready.agentId, options);
    await world.report(ready.projectId, jobId, "CANCELLED");
    const jobs = `/api/v3/projects/${ready.projectId}/automation/jobs?order=desc`;
    const { body } = await world.get(`${jobs}&status=CANCELLED`);
    expect(body).toMatchObject([
      { job_id: jobId, automation_materials: [run], history: [{ to: "CANCELLED" }] },
    ]);
    expect(idsIn(await world.get(`${jobs}&status=PLANNED`), "job_id")).toEqual(ready.jobIds.toReversed());
  });

  test("refuse another order, named", async () => {
    const world = new World();
    const project = await world.project();
    refusedField(await world.get(`/api/v3/projects/${project}/automation/jobs?order=newest`), "order");
  });
});

test("Lists: hold 100 where no limit is given, and the Link keeps the filters", async () => {
  const world = new World();
  const { projectId, hostId, agentId } = await world.ready();
  for (let row = 0; row < 101; row++) await world.schedule(projectId, agentId);
  const list = `/api/v3/projects/${projectId}/automation/jobs?host_server_id=${hostId}&status=PLANNED`;
  const first = await world.get(list);
  expect(idsIn(first, "job_id")).toHaveLength(100);
  const next = nextOf(first) ?? "";
  expect(next).toContain(`host_server_id=${hostId}&status=PLANNED`);
  expect(idsIn(await world.get(next), "job_id")).toHaveLength(1);
});
