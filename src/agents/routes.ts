import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { pageQuery } from "../wire/list-pages.ts";
import {
  createAgent,
  deleteAgent,
  getAgent,
  listAgents,
  searchAgents,
  setAgentActive,
  updateAgent,
} from "./agents.ts";
import { agentInput, agentUpdateInput, searchInput, searchQuery } from "./input.ts";
import type { AgentRow } from "./store.ts";

/** An agent as in the seed's sample ("Create an Automation Agent"). */
export const agentShape = shape(() =>
  described(
    z.object({
      agent_server_id: z.int(),
      name: z.string(),
      project_id: z.int(),
      host_id: z.int(),
      framework: z.string(),
      framework_id: z.string(),
      active: z.boolean(),
    }),
    {
      name: "Agent",
      fields: {
        agent_server_id: "The id of the agent.",
        name: "The agent's name, for people.",
        project_id: "The id of its project.",
        host_id: "The id of its host.",
        framework: "The name of the framework that it runs, for people.",
        framework_id: "The id of that framework.",
        active: "Whether its jobs are handed out.",
      },
      example: {
        agent_server_id: 24,
        name: "AGENT 1",
        project_id: 6822,
        host_id: 9,
        framework: "testNG",
        framework_id: "testNG-plugin",
        active: false,
      },
    },
  ),
);

const wireAgent = (agent: AgentRow): Shaped<typeof agentShape> => ({
  agent_server_id: agent.id,
  name: agent.name,
  project_id: agent.projectId,
  host_id: agent.hostId,
  framework: agent.framework,
  framework_id: agent.frameworkId,
  active: agent.active,
});

/** An agent that was found; it has only the requested fields. */
const foundAgentShape = shape(() =>
  described(
    z
      .object({
        id: z.int(),
        name: z.string(),
        project_id: z.int(),
        host_id: z.int(),
        framework: z.string(),
        active: z.boolean(),
        configuration: z.object({}),
      })
      .partial(),
    {
      fields: {
        id: "The id of the agent: its agent_server_id.",
        name: "The agent's name, for people.",
        project_id: "The id of its project.",
        host_id: "The id of its host.",
        framework: "The name of the framework that it runs, for people.",
        active: "Whether its jobs are handed out.",
        configuration: "Always empty: agents here have no configuration.",
      },
    },
  ),
);

/** A search result in the vendor's shape. */
const foundShape = shape(() =>
  described(
    z.object({
      page: z.int(),
      page_size: z.int(),
      total: z.int(),
      items: z.array(foundAgentShape()),
    }),
    {
      fields: {
        page: "The number of this page, from 1 up.",
        page_size: "How many agents a page has at most.",
        total: "How many agents were found.",
        items: "The agents of this page.",
      },
      example: {
        page: 1,
        page_size: 100,
        total: 1,
        items: [{ id: 24, name: "AGENT 1", project_id: 6822, host_id: 9, framework: "testNG", active: true }],
      },
    },
  ),
);

const AGENTS = "/projects/:project/automation/hosts/:host/agents";
const AGENT = `${AGENTS}/:agent` as const;
const PATH = ["project", "host", "agent"] as const;
const asItIs = { 200: { description: "The agent as it now is", schema: agentShape } };
const aPage = { 200: { description: "A page of agents", schema: () => z.array(agentShape()) } };

export const agentRoutes = new Hono<App>()
  .post(
    AGENTS,
    endpoint({
      operation: "createAgent",
      ignoresUnknown: true,
      summary: "Create an agent; one known by its host, project and number is renewed",
      ids: ["project", "host"],
      body: agentInput,
      answers: {
        201: { description: "The agent, with its id", schema: agentShape },
        200: { description: "The agent already existed", schema: agentShape },
      },
    }),
    async (c) => {
      const { agent, created } = await createAgent(c.get("call"), c.req.valid("param"), c.req.valid("json"));
      return c.json(wireAgent(agent), created ? 201 : 200);
    },
  )
  .put(
    AGENT,
    endpoint({
      operation: "updateAgent",
      ignoresUnknown: true,
      summary: "Update an agent",
      ids: PATH,
      body: agentUpdateInput,
      exists: getAgent,
      answers: asItIs,
    }),
    async (c) =>
      c.json(wireAgent(await updateAgent(c.get("call"), c.req.valid("param"), c.req.valid("json")))),
  )
  .post(
    `${AGENT}/activate`,
    endpoint({
      operation: "activateAgent",
      ignoresUnknown: true,
      summary: "Activate an agent, so that its jobs are handed out",
      ids: PATH,
      answers: asItIs,
    }),
    async (c) => c.json(wireAgent(await setAgentActive(c.get("call"), c.req.valid("param"), true))),
  )
  .post(
    `${AGENT}/deactivate`,
    endpoint({
      operation: "deactivateAgent",
      ignoresUnknown: true,
      summary: "Deactivate an agent: its jobs stay and are not handed out",
      ids: PATH,
      answers: asItIs,
    }),
    async (c) => c.json(wireAgent(await setAgentActive(c.get("call"), c.req.valid("param"), false))),
  )
  .delete(
    AGENT,
    endpoint({
      operation: "deleteAgent",
      summary: "Delete an agent; creating its number again revives it",
      ids: PATH,
      exists: getAgent,
      answers: { 200: { description: "The agent as it was", schema: agentShape } },
    }),
    async (c) => c.json(wireAgent(await deleteAgent(c.get("call"), c.req.valid("param")))),
  )
  .get(
    AGENTS,
    endpoint({
      operation: "listAgents",
      summary: "List a host's agents of one project",
      ids: ["project", "host"],
      query: pageQuery,
      answers: aPage,
    }),
    async (c) => {
      const listed = await listAgents(c.get("call"), c.req.valid("param"), c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireAgent));
    },
  )
  .get(
    "/automation/hosts/:host/agents",
    endpoint({
      operation: "listAgents",
      operationId: "listHostAgents",
      summary: "List a host's agents",
      ids: ["host"],
      query: pageQuery,
      answers: aPage,
    }),
    async (c) => {
      const place = { host: c.req.valid("param").host, project: undefined };
      const listed = await listAgents(c.get("call"), place, c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireAgent));
    },
  )
  .post(
    "/automation/automation-agents",
    endpoint({
      operation: "searchAgents",
      summary: "Search agents in the vendor's own form",
      ignoresUnknown: true,
      query: searchQuery,
      body: searchInput,
      answers: { 200: { description: "A page of agents", schema: foundShape } },
    }),
    async (c) => c.json(await searchAgents(c.get("call"), c.req.valid("json"), c.req.valid("query"))),
  );
