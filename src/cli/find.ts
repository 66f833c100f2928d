import { answered } from "../client/client.ts";
import { Plain } from "../programs/plain-error.ts";
import type { Connection } from "./connection.ts";
import type { Variables } from "./login-file.ts";
import { type CommandLine, textIn } from "./options.ts";

const isId = (text: string): boolean => /^[1-9]\d{0,14}$/.test(text);

const MOST = "1000";

/** The project of a command line: by id or name, else the only one that the token sees. Throws `Plain`, `Refused`. */
export const findProject = async (
  { service }: Connection,
  line: CommandLine,
  env: Variables,
): Promise<number> => {
  const given = textIn(line, "project") ?? (env.MUSTER_PROJECT || undefined);
  if (given !== undefined && isId(given)) return Number(given);
  const projects = await answered(service.projects.$get({ query: { limit: MOST } }));
  const found = given === undefined ? projects : projects.filter(({ name }) => name === given);
  const [only, another] = found;
  if (only && !another) return only.id;
  const names = found.slice(0, 20).map(({ id, name }) => `${id} (${name})`);
  if (names.length > 0)
    throw new Plain(`which project is meant? Give --project with one of ${names.join(", ")}`);
  throw new Plain(given === undefined ? "the token sees no project" : `there is no project ${given}`);
};

interface FoundAgent {
  id: number;
  name: string;
  host_id: number;
}

/** The search answers the fields that it is asked for, which its type does not know. */
const isFoundAgent = (item: object): item is FoundAgent =>
  typeof Reflect.get(item, "id") === "number" && typeof Reflect.get(item, "name") === "string";

/** The id of an agent of a project, by its id or name. Throws `Plain`, `Refused`. */
export const findAgent = async (
  { service }: Connection,
  { project, agent }: { project: number; agent: string },
): Promise<number> => {
  if (isId(agent)) return Number(agent);
  const name = agent.replaceAll("'", "''");
  const { items } = await answered(
    service.automation["automation-agents"].$post({
      query: { pageSize: MOST },
      json: { fields: ["*"], query: `'name' = '${name}' and 'project_id' = '${project}'` },
    }),
  );
  // The search is without case.
  const agents = items.filter((item) => isFoundAgent(item));
  const exact = agents.filter((each) => each.name === agent);
  const found = exact.length > 0 ? exact : agents;
  const [only, another] = found;
  if (only && !another) return only.id;
  if (!only) throw new Plain(`project ${project} has no agent ${agent}; muster hosts lists the hosts`);
  const ids = found.slice(0, 20).map(({ id, host_id }) => `${id} (of host ${host_id})`);
  throw new Plain(`several agents are called ${agent}; give --agent with one of ${ids.join(", ")}`);
};
