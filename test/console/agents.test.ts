import { expect, test } from "vitest";
import { z } from "zod";
import { World } from "../world.ts";
import { fieldIn, textOf, Visitor } from "./visitor.ts";

/** A project with two agents, and someone who picks agents. */
const agents = async () => {
  const world = new World();
  const { projectId, hostId, agentId } = await world.ready();
  const second = await world.agent(projectId, hostId, { active: false });
  const visitor = await Visitor.in(world);
  const pick = async (what: string, picked: readonly (string | number)[]) => {
    const key = fieldIn((await visitor.get(`/console/agents?project=${projectId}`)).text, "key");
    const fields: [string, string][] = [
      ["key", key],
      ["back", "/console/agents"],
      ...picked.map((each): [string, string] => [
        "pick",
        typeof each === "number" ? `${projectId}:${each}` : each,
      ]),
    ];
    return textOf((await visitor.post(`/console/agents/picked/${what}`, fields)).text);
  };
  const active = async () =>
    z
      .array(z.looseObject({ agent_server_id: z.int(), active: z.boolean() }))
      .parse((await world.get(`/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`)).body)
      .filter((each) => each.active)
      .map(({ agent_server_id }) => agent_server_id);
  return { world, projectId, hostId, first: agentId, second, visitor, pick, active };
};

test("many agents are activated and deactivated at once: each by one call and one audit entry, and those left are told", async () => {
  const { world, projectId, first, second, pick, active } = await agents();
  expect(await pick("deactivate", [first, "999999:1"])).toContain(
    "1 of 2 agents deactivated, 1 not, because:",
  );
  expect(await active()).toEqual([]);
  expect(await pick("activate", [first, second])).toContain("2 of 2 agents activated");
  expect(await active()).toEqual([first, second]);
  const audit = await world.get(`/api/v3/audit?action=activateAgent&project_id=${projectId}`);
  expect(audit.body).toHaveLength(2);
});

test("a token of one host activates no agent of another", async () => {
  const { world, projectId, hostId, second, active, first } = await agents();
  const other = await world.host();
  for (const [host, done] of [
    [other.id, "0 of 1 agent activated"],
    [hostId, "1 of 1 agent activated"],
  ] as const) {
    const answer = await world.post("/api/v3/tokens", { name: "x", scope: "host", host_server_id: host });
    const { token } = z.object({ token: z.string() }).parse(answer.body);
    const visitor = await Visitor.in(world, token);
    const { text } = await visitor.post("/console/agents/picked/activate", {
      pick: `${projectId}:${second}`,
    });
    expect(textOf(text)).toContain(done);
    expect(await active()).toEqual(host === hostId ? [first, second] : [first]);
  }
});

test("the list says each agent's state, host and project, and is filtered by them", async () => {
  const { projectId, hostId, first, second, visitor } = await agents();
  const seen = async (query: string) =>
    [...(await visitor.get(`/console/agents?${query}`)).text.matchAll(/agents\/(\d+)" title=/g)].map(
      ([, id]) => Number(id),
    );
  expect(await seen(`project=${projectId}`)).toEqual([second, first]);
  expect(await seen(`host=${hostId}&state=inactive`)).toEqual([second]);
  expect(await seen(`project=${projectId}&state=active`)).toEqual([first]);
  expect(await seen(`project=${projectId}&q=nothing`)).toEqual([]);
});
