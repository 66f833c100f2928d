import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusedField } from "../http/refusals.ts";
import { type Answer, World } from "../world.ts";

const SEARCH = "/api/v3/automation/automation-agents";

/** Agents of two hosts in two projects, with names that no other test has. */
const place = async () => {
  const world = new World();
  const mark = crypto.randomUUID().slice(0, 8);
  const [one, other] = [await world.ready(), await world.ready()];
  const name = (rest: string) => `${mark} ${rest}`;
  const agents = [
    await world.agent(one.projectId, one.hostId, { name: name("Alpha") }),
    await world.agent(one.projectId, one.hostId, { name: name("beta's"), active: false }),
    await world.agent(other.projectId, other.hostId, { name: name("ALPHABET"), framework: "JUnit" }),
  ];
  const search = (body: object, query = "", token?: string): Promise<Answer> =>
    world.post(SEARCH + query, body, token === undefined ? {} : { token });
  return { world, mark, one, other, agents, search };
};

const found = z.object({
  page: z.int(),
  page_size: z.int(),
  total: z.int(),
  items: z.array(z.record(z.string(), z.unknown())),
});
const idsIn = ({ body }: Answer) => found.parse(body).items.map(({ id }) => id);

test("the vendor's search finds agents by a part of their name, in its own shape", async () => {
  const { mark, one, agents, search } = await place();
  const answer = await search({ fields: ["*"], query: `'name' ~ '${mark} alpha'` }, "?pageSize=1&page=1");
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    page: 1,
    page_size: 1,
    total: 2,
    items: [
      {
        id: agents[0],
        name: `${mark} Alpha`,
        project_id: one.projectId,
        host_id: one.hostId,
        framework: "testNG",
        active: true,
        configuration: {},
      },
    ],
  });
  const query = { query: `'name' ~ '${mark} alpha'` };
  expect(idsIn(await search(query, "?pageSize=1&page=2"))).toEqual([agents[2]]);
  expect(await search(query, "?pageSize=1&page=3")).toMatchObject({ body: { total: 2, items: [] } });
  expect(await search(query)).toMatchObject({ body: { page: 1, page_size: 100 } });
});

test("only the fields that are asked for are answered", async () => {
  const { mark, agents, search } = await place();
  const body = { fields: ["id", "active", "colour"], query: `'name' ~ '${mark} beta'` };
  expect(await search(body)).toMatchObject({ status: 200 });
  expect(found.parse((await search(body)).body).items).toEqual([{ id: agents[1], active: false }]);
});

describe("A search reads", () => {
  test.each([
    ["'name' = 'MARK alpha'", [0]],
    ["'name' != 'MARK alpha' and 'name' ~ 'MARK'", [1, 2]],
    ["'name' ~ 'MARK' AND 'name' !~ 'beta'", [0, 2]],
    ['"name" ~ "MARK beta\'s"', [1]],
    ["'name' ~ 'MARK beta''s'", [1]],
    ["name ~ MARK and active = false", [1]],
    ["'name' ~ 'MARK' and 'framework' = 'junit'", [2]],
    ["'name' ~ 'MARK' and 'active' <> 'true'", [1]],
    ["'name' ~ 'MARK%'", []],
  ])("%s", async (query, places) => {
    const { mark, agents, search } = await place();
    const answer = await search({ query: query.replaceAll("MARK", mark) });
    expect(idsIn(answer)).toEqual(places.map((each) => agents[each]));
  });

  test("ids, and the vendor's own limits to projects and a host", async () => {
    const { mark, one, other, agents, search } = await place();
    const query = `'name' ~ '${mark}'`;
    expect(idsIn(await search({ query: `'id' = ${agents[1]}` }))).toEqual([agents[1]]);
    expect(idsIn(await search({ query: `${query} and project_id = ${other.projectId}` }))).toEqual([
      agents[2],
    ]);
    expect(idsIn(await search({ query, project_ids: [one.projectId] }))).toEqual(agents.slice(0, 2));
    expect(idsIn(await search({ query, host_id: other.hostId }))).toEqual([agents[2]]);
  });
});

test.each([
  "'name'",
  "'name' ~",
  "'colour' ~ 'x'",
  "'name' ~ 'x' or 'name' ~ 'y'",
  "'name' ~ 'x' and",
  "~ 'x'",
])("a query that is none is refused with the right form, and not taken for all: %s", async (query) => {
  const answer = await new World().post(SEARCH, { query });
  refusedField(answer, "query");
  expect(answer.text).toContain("'name' ~ 'part'");
});

test("a wrong page is refused, and a search without a body finds all", async () => {
  const { world, search } = await place();
  for (const [name, value] of [
    ["pageSize", "0"],
    ["pageSize", "1001"],
    ["page", "0"],
    ["page", "x"],
  ])
    refusedField(await search({}, `?${name}=${value}`), name ?? "");
  const all = found.parse((await world.post(SEARCH)).body);
  expect(all.total).toBeGreaterThanOrEqual(5);
});

test("deleted agents and those of retired hosts are not found", async () => {
  const { world, mark, one, other, agents, search } = await place();
  await world.delete(`/api/v3/projects/${one.projectId}/automation/hosts/${one.hostId}/agents/${agents[0]}`);
  await world.delete(`/api/v3/automation/hosts/${other.hostId}`);
  expect(idsIn(await search({ query: `'name' ~ '${mark}'` }))).toEqual([agents[1]]);
});

test("a token finds what it may see, and nothing else, whatever it asks for", async () => {
  const { world, mark, one, other, agents, search } = await place();
  const query = `'name' ~ '${mark}'`;
  const ofProject = await world.token("operator", { project_ids: [one.projectId] });
  const ofHost = await world.token("host", { host_server_id: other.hostId });
  expect(await search({ query }, "", ofProject)).toMatchObject({ body: { total: 2 } });
  expect(idsIn(await search({ query, project_ids: [other.projectId] }, "", ofProject))).toEqual([]);
  expect(idsIn(await search({ query }, "", ofHost))).toEqual([agents[2]]);
  expect(idsIn(await search({ query, host_id: one.hostId }, "", ofHost))).toEqual([]);
});
