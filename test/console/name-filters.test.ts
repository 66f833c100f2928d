import { describe, expect, test } from "vitest";
import { z } from "zod";
import { counting } from "../fault-injection.ts";
import { World } from "../world.ts";
import { manyLater } from "./many-later.ts";
import { textOf, Visitor } from "./visitor.ts";

/** A host of this name. */
const hostCalled = async (world: World, host_name: string): Promise<number> => {
  const facts = { host_name, ip_address: "x", mac_address: "x", host_guid: crypto.randomUUID() };
  const { body } = await world.post("/api/v3/automation/host", facts);
  return z.looseObject({ host_server_id: z.int() }).parse(body).host_server_id;
};

/** Two hosts whose names begin with `name`, each with an agent and a schedule of its own. */
const placed = async (name: string) => {
  const { seam, counts } = counting();
  const world = new World({ seam });
  const projectId = await world.project();
  const one = async (suffix: string) => {
    const host = await hostCalled(world, `${name}${suffix}`);
    const agent = await world.agent(projectId, host, { name: `${name} agent${suffix}` });
    const schedule = await world.schedule(projectId, agent, { facts: { name: `${name} smoke${suffix}` } });
    return { host, agent, schedule: schedule.id, job: schedule.jobId };
  };
  const [first, second] = [await one(""), await one(" two")];
  return { world, counts, projectId, first, second, visitor: await Visitor.in(world) };
};

const asked = (path: string, query: Record<string, string>): string =>
  `${path}?${new URLSearchParams(query)}`;

/** Where an address leads, and what is there. */
const followed = async (visitor: Visitor, address: string) => {
  const answer = await visitor.get(address);
  const location = answer.headers.get("location") ?? undefined;
  return {
    location,
    status: answer.status,
    text: location ? (await visitor.get(location)).text : answer.text,
  };
};

describe.each(["/console/jobs", "/console/schedules"] as const)("%s", (path) => {
  test("is filtered by a host and an agent by name, and its address has their ids", async () => {
    const { visitor, first, second } = await placed(`Wombat ${path}`);
    for (const [name, kind, id] of [
      [`wombat ${path}`, "host", first.host],
      [`Wombat ${path} two`, "host", second.host],
      [`WOMBAT ${path} t`, "host", second.host],
      [`Wombat ${path} #${first.host}`, "host", first.host],
      [`#${second.host}`, "host", second.host],
      [`Wombat ${path} agent two`, "agent", second.agent],
    ] as const) {
      const found = await followed(visitor, asked(path, { [kind]: name }));
      expect(found.location, name).toBe(`${path}?${kind}=${id}`);
      const [own, other] = id === first.host ? [first, second] : [second, first];
      const link = (of: typeof own) =>
        path === "/console/jobs" ? `/jobs/${of.job}"` : `/schedules/${of.schedule}"`;
      expect(found.text, name).toContain(link(own));
      expect(found.text, name).not.toContain(link(other));
    }
    const { text } = await visitor.get(`${path}?host=${first.host}`);
    expect(text).toContain(`id="host" name="host" value="Wombat ${path} #${first.host}"`);
    expect(textOf(text)).toContain(`Host: Wombat ${path} ×`);
  });
});

test("jobs are filtered by the name of their schedule, beside other filters", async () => {
  const { visitor, second } = await placed("Numbat");
  const query = { status: "PLANNED", schedule: "numbat smoke t", host: "Numbat two" };
  const found = await followed(visitor, asked("/console/jobs", query));
  expect(found.location).toBe(`/console/jobs?status=PLANNED&schedule=${second.schedule}&host=${second.host}`);
  expect(found.text).toContain(`/jobs/${second.job}"`);
});

test("agents are filtered by the name of their host, which their form keeps", async () => {
  const { visitor, first, second } = await placed("Quoll");
  const found = await followed(visitor, asked("/console/agents", { host: "quoll two", state: "active" }));
  expect(found.location).toBe(`/console/agents?host=${second.host}&state=active`);
  expect(found.text).toContain(`/agents/${second.agent}"`);
  expect(found.text).not.toContain(`/agents/${first.agent}"`);
  expect(found.text).toContain(`name="host" value="Quoll two #${second.host}"`);
  expect(textOf(found.text)).toContain("Host: Quoll two ×");
});

test("a name that means nothing, or several, is told: with a link to the list of each", async () => {
  const { world, projectId, visitor, first, second } = await placed("Dunnart");
  const twin = await hostCalled(world, "Dunnart");
  const several = await followed(visitor, asked("/console/jobs", { host: "dunnart", status: "PLANNED" }));
  expect(several.location).toBeUndefined();
  expect(textOf(several.text)).toContain("More than one host is called so: Dunnart #");
  for (const host of [first.host, twin, second.host])
    expect(several.text).toContain(`href="/console/jobs?host=${host}&amp;status=PLANNED"`);
  // Of two of one name the form knows which one it had.
  const again = await followed(visitor, asked("/console/jobs", { host: `Dunnart #${twin}` }));
  expect(again.location).toBe(`/console/jobs?host=${twin}`);
  await world.agent(projectId, twin, { name: "Dunnart agent" });
  const agents = await followed(visitor, asked("/console/schedules", { agent: "Dunnart agent" }));
  expect(textOf(agents.text)).toContain(`Dunnart agent, Dunnart #${first.agent}`);
  const ofHost = await followed(
    visitor,
    asked("/console/schedules", { agent: "Dunnart agent", host: String(first.host) }),
  );
  expect(ofHost.location).toBe(`/console/schedules?agent=${first.agent}&host=${first.host}`);
  const none = await followed(visitor, asked("/console/agents", { host: "<b>nobody" }));
  expect([none.status, none.location]).toEqual([200, undefined]);
  expect(textOf(none.text)).toContain("No host is called “<b>nobody”: the list is not of one.");
  for (const odd of ["%", "'", "x".repeat(5000), "\u{10ffff}", "# 7", "-1", "1e3", "a #0"])
    expect(
      (await visitor.get(asked("/console/jobs", { host: odd, agent: odd, schedule: odd }))).status,
      odd,
    ).toBe(200);
});

test("a token finds by name only what it may see", async () => {
  const { world, visitor, first } = await placed("Potoroo");
  const own = await world.project();
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [own] }));
  for (const [kind, name] of [
    ["host", "Potoroo two"],
    ["agent", "Potoroo agent two"],
    ["schedule", "Potoroo smoke two"],
  ] as const) {
    const query = { [kind]: name };
    expect((await followed(visitor, asked("/console/jobs", query))).location).toBeDefined();
    const hidden = await followed(limited, asked("/console/jobs", query));
    expect(hidden.location).toBeUndefined();
    expect(textOf(hidden.text)).toMatch(/No (host|agent|schedule) is called “Potoroo/);
  }
  // Nor by an id behind the name.
  const byId = await followed(limited, asked("/console/jobs", { host: `Potoroo #${first.host}` }));
  expect(byId.location).toBeUndefined();
});

test("what is gone is found by its id alone, as a form has it", async () => {
  const { world, projectId, visitor, first, second } = await placed("Bandicoot");
  await world.report(projectId, first.job, "CANCELLED");
  await world.delete(`/api/v3/automation/hosts/${first.host}`);
  const byName = await followed(visitor, asked("/console/jobs", { host: "Bandicoot" }));
  expect(byName.location).toBe(`/console/jobs?host=${second.host}`);
  const byId = await followed(visitor, asked("/console/jobs", { host: `Bandicoot #${first.host}` }));
  expect(byId.location).toBe(`/console/jobs?host=${first.host}`);
});

test("a name is found among any number of others, in one round trip", async () => {
  const { world, counts, visitor, first } = await placed("Zyzomys");
  await manyLater(world, { agentId: first.agent, schedule: first.schedule });
  const query = { host: "Zyzomys", agent: "Zyzomys agent", schedule: "Zyzomys smoke" };
  counts.reset();
  const answer = await visitor.get(asked("/console/jobs", query));
  expect(answer.headers.get("location")).toBe(
    `/console/jobs?host=${first.host}&agent=${first.agent}&schedule=${first.schedule}`,
  );
  expect(counts.d1RoundTrips).toBeLessThanOrEqual(2);
  expect(counts.rowsRead).toBeLessThan(1000);
});

const rowsIn = (html: string): string => textOf(/<tbody>[\s\S]*<\/tbody>/.exec(html)?.[0] ?? "");

describe("the audit", () => {
  test("is filtered by what was done, by a token's name and by a project's", async () => {
    const world = new World();
    const [projectId, other] = [await world.project(), await world.project()];
    const answer = await world.post("/api/v3/tokens", { name: "Night watch", scope: "operator" });
    const { id, token } = z.looseObject({ id: z.int(), token: z.string() }).parse(answer.body);
    await world.put(`/api/v3/projects/${projectId}`, { name: "Renamed by night" }, { token });
    await world.put(`/api/v3/projects/${other}`, { name: "Renamed by day" });
    const visitor = await Visitor.in(world);
    const found = await followed(
      visitor,
      asked("/console/audit", { token_id: "night w", action: "updateProject" }),
    );
    expect(found.location).toBe(`/console/audit?token_id=${id}&action=updateProject`);
    expect(found.text).toContain('<option value="updateProject" selected="">update project</option>');
    const text = textOf(found.text);
    expect(text).toContain("Action: update project ×");
    expect(text).toContain("By token: Night watch ×");
    expect(rowsIn(found.text)).toContain("Renamed by night");
    expect(rowsIn(found.text)).not.toContain("Renamed by day");
    const ofProject = (await visitor.get(`/console/audit?project=${other}&action=updateProject`)).text;
    expect(textOf(ofProject)).toContain("Project: Renamed by day ×");
    expect(rowsIn(ofProject)).toContain("Renamed by day");
    expect(rowsIn(ofProject)).not.toContain("Renamed by night");
    const bootstrap = (await visitor.get("/console/audit?token_id=0&action=updateProject")).text;
    expect(textOf(bootstrap)).toContain("By token: bootstrap ×");
    expect(bootstrap).toContain('name="token_id" value="0"');
    const none = await followed(visitor, asked("/console/audit", { token_id: "nobody" }));
    expect(textOf(none.text)).toContain("No token is called “nobody”");
  });

  test("keeps a filter that it does not know, and refuses what is no id", async () => {
    const visitor = await Visitor.in(new World());
    const { text } = await visitor.get("/console/audit?action=someCall");
    expect(text).toContain('<option value="someCall" selected="">some call</option>');
    expect((await visitor.get("/console/audit?project=x")).status).toBe(400);
  });
});
