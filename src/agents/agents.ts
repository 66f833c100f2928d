import type * as z from "zod";
import { getHost, getProject } from "../access/known.ts";
import { authorOf } from "../audit/audit.ts";
import type { Action } from "../audit/author.ts";
import type { Call } from "../call.ts";
import { invalidating } from "../host-object/cache-invalidation.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { DomainError, invalid, notFound } from "../wire/refusals.ts";
import {
  type agentInput,
  type agentUpdateInput,
  numberOf,
  type searchInput,
  type searchQuery,
} from "./input.ts";
import { conditionsIn, SEARCHED } from "./query.ts";
import { findAgents } from "./search-store.ts";
import {
  type AgentFacts,
  type AgentRow,
  readAgent,
  readAgents,
  deleteAgent as storeDeletion,
  updateAgent as storeUpdate,
  upsertAgent,
} from "./store.ts";

/** The accepted values of `framework_id`: the seed's ("Create an Automation Agent") first, then other frameworks. */
const FRAMEWORK_IDS = [
  ...["testNG-plugin", "junit-plugin", "cucumber-plugin"],
  ...["pytest", "robot", "behave", "unittest"],
  ...["playwright", "cypress", "vitest", "jest", "mocha", "jasmine", "karma", "selenium", "webdriverio"],
  ...["cucumber", "junit", "testng", "spock", "go", "rust", "nunit", "xunit", "mstest"],
  ...["rspec", "minitest", "phpunit", "codeception", "googletest", "catch2", "xctest", "espresso"],
];

export interface AgentPath {
  project: number;
  host: number;
}

const placeOf = ({ project, host }: AgentPath) => ({ projectId: project, hostId: host });

/** Throws `invalid` for an unknown framework. `refusePath` runs before, so that an unknown path gets its 404. */
const refuseFramework = async (
  { settings }: Call,
  frameworkId: string | undefined,
  refusePath: () => Promise<unknown>,
): Promise<void> => {
  const allowed = [...FRAMEWORK_IDS, ...settings.FRAMEWORK_IDS];
  if (frameworkId === undefined || allowed.includes("*") || allowed.includes(frameworkId)) return;
  await refusePath();
  throw invalid([
    {
      field: "framework_id",
      message: `must be one of ${allowed.join(", ")}; the setting FRAMEWORK_IDS adds others`,
    },
  ]);
};

/** Throws `not_found` if the project or the host does not exist. */
const refuseUnknownPlace = async (call: Call, { project, host }: AgentPath): Promise<void> => {
  await Promise.all([getProject(call, project), getHost(call, host)]);
};

const numberTaken = (number: string | undefined): DomainError =>
  new DomainError(
    "agent_number_taken",
    `agent_client_id ${number} is another agent's at this host; give this one a number of its own`,
  );

/**
 * Creates an agent. If the host, project and number are already known, the agent is updated and `created` is false.
 * Throws `not_found`, `invalid`, `agent_number_taken`.
 */
export const createAgent = async (
  call: Call,
  path: AgentPath,
  input: z.output<typeof agentInput>,
): Promise<{ agent: AgentRow; created: boolean }> => {
  const number = numberOf(input) ?? "";
  const facts: AgentFacts = {
    clientNumber: number,
    name: input.name,
    framework: input.framework,
    frameworkId: input.framework_id,
    active: input.active,
  };
  await refuseFramework(call, input.framework_id, () => refuseUnknownPlace(call, path));
  const creation = await creationOf(call, input);
  const { claim, agent } = await invalidating(call, {
    hosts: [path.host],
    write: (change) =>
      upsertAgent(change, placeOf(path), { facts, author: authorOf(call, "createAgent"), creation }),
  });
  refuseReusedKey(creation, claim);
  if (agent) return { agent, created: agent.creationKey === (claim?.madeBy ?? creation.creationKey) };
  await refuseUnknownPlace(call, path);
  throw numberTaken(number);
};

/** Updates an agent. Throws `not_found`, `invalid`, `agent_number_taken`. */
export const updateAgent = async (
  call: Call,
  path: AgentPath & { agent: number },
  input: z.output<typeof agentUpdateInput>,
): Promise<AgentRow> => {
  await refuseFramework(call, input.framework_id, () => getAgent(call, path));
  const number = numberOf(input);
  const facts = {
    name: input.name,
    framework: input.framework,
    active: input.active,
    ...(number === undefined ? {} : { clientNumber: number }),
    ...(input.framework_id === undefined ? {} : { frameworkId: input.framework_id }),
  };
  return changeAgent(call, path, { facts, action: "updateAgent" });
};

/** Sets whether an agent's jobs are handed out ("Activate an Automation Agent"). Throws `not_found`. */
export const setAgentActive = (
  call: Call,
  path: AgentPath & { agent: number },
  active: boolean,
): Promise<AgentRow> =>
  changeAgent(call, path, { facts: { active }, action: active ? "activateAgent" : "deactivateAgent" });

const changeAgent = async (
  call: Call,
  path: AgentPath & { agent: number },
  { facts, action }: { facts: Partial<AgentFacts>; action: Action },
): Promise<AgentRow> => {
  const agent = await invalidating(call, {
    hosts: [path.host],
    write: (change) =>
      storeUpdate(change, placeOf(path), { id: path.agent, facts, author: authorOf(call, action) }),
  });
  if (agent) return agent;
  await getAgent(call, path);
  throw numberTaken(facts.clientNumber);
};

/** One agent of this project and host. Throws `not_found`. */
export const getAgent = async (call: Call, path: AgentPath & { agent: number }): Promise<AgentRow> => {
  const agent = await readAgent(call.db, placeOf(path), path.agent);
  if (!agent) throw notFound("agent", `${path.agent} of host ${path.host} in project ${path.project}`);
  return agent;
};

/** The agents of a host (or of one project at it), in the projects that the caller may see. Throws `not_found`. */
export const listAgents = async (
  { db, actor }: Call,
  { host, project }: { host: number; project: number | undefined },
  page: Page,
): Promise<Listed<AgentRow>> => {
  const { hostExists, projectExists, rows } = await readAgents(
    db,
    { hostId: host, projectId: project, among: actor.projectIds },
    page,
  );
  if (project !== undefined && !projectExists) throw notFound("project", project);
  if (!hostExists) throw notFound("host", host);
  return cutPage(rows, page);
};

/**
 * Deletes an agent and cancels its open jobs. Creating the same number again restores it. Throws `not_found`,
 * `agent_has_running_job`.
 */
export const deleteAgent = async (call: Call, path: AgentPath & { agent: number }): Promise<AgentRow> => {
  const creation = await creationOf(call, {});
  const place = { ...placeOf(path), id: path.agent };
  const { claim, agent } = await storeDeletion(call.db, place, {
    author: authorOf(call, "deleteAgent"),
    creation,
  });
  refuseReusedKey(creation, claim);
  if (agent) return agent;
  await getAgent(call, path);
  throw new DomainError(
    "agent_has_running_job",
    `agent ${path.agent} runs a job; cancel it or let it end, then delete the agent`,
  );
};

/** Searches agents by the vendor's query, in the projects and at the host that the caller may see. Throws `invalid`. */
export const searchAgents = async (
  { db, actor }: Call,
  input: z.output<typeof searchInput>,
  page: z.output<typeof searchQuery>,
) => {
  const conditions = conditionsIn(input?.query ?? "");
  const among = {
    projectIds: [actor.projectIds, input?.project_ids ?? null],
    hostIds: [actor.hostId, input?.host_id ?? null],
  };
  const { total, rows } = await findAgents(db, conditions, { among, page });
  const fields = input?.fields ?? ["*"];
  const isRequested = (name: string) => fields.includes("*") || fields.includes(name);
  const items = rows.map((row) => ({
    ...Object.fromEntries(SEARCHED.filter(isRequested).map((name) => [name, row[name]])),
    // Agents here have no configuration.
    ...(isRequested("configuration") ? { configuration: {} } : {}),
  }));
  return { page: page.page, page_size: page.pageSize, total, items };
};
