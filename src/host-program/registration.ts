import { networkInterfaces } from "node:os";
import type { Service } from "../client/client.ts";
import { Plain } from "../programs/plain-error.ts";
import { VERSION } from "../programs/version.ts";
import { agentIn, agentsIn, hostIn } from "./answers.ts";
import { recipeOf } from "./recipe-choice.ts";
import { Refused } from "./service-client.ts";
import type { AgentFacts, HostFacts } from "./service-types.ts";
import type { AgentSettings, HostSettings } from "./settings.ts";
import type { StateFolder } from "./state-folder.ts";

/** The addresses of this machine's first external interface. */
const addressesOf = (): Pick<HostFacts, "ip_address" | "mac_address"> => {
  const outer = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal }) => !internal);
  const first = outer.find(({ family }) => family === "IPv4") ?? outer[0];
  return { ip_address: first?.address ?? "127.0.0.1", mac_address: first?.mac ?? "00:00:00:00:00:00" };
};

/** Sends a call of the service until it is answered. */
export type Send = <Answered>(call: (api: Service) => Promise<Answered>) => Promise<Answered>;

/** The token in use, which may change while the host runs. */
interface TokenInUse {
  token: string;
}

/**
 * Registers this machine, or finds it by its guid. A register-only token is exchanged for the host's own,
 * which is stored and used from then on. If the response with that token was lost, the machine takes a new
 * guid. `wasUnanswered`: whether a try so far had no answer. Throws `Plain` if the service refuses.
 */
export const registerHost = async (
  send: Send,
  { settings, state, inUse, wasUnanswered }: Registering,
): Promise<number> => {
  const facts = (): HostFacts => ({
    host_name: settings.name,
    host_guid: state.guid(),
    ...addressesOf(),
    version: `muster-host ${VERSION}`,
    ...(settings.labels === undefined ? {} : { labels: [...settings.labels] }),
  });
  const register = () => send(({ automation }) => automation.host.$post({ json: facts() }));
  try {
    const answer = await register().catch((error: unknown) => {
      if (!(error instanceof Refused && error.code === "host_known" && wasUnanswered())) throw error;
      state.renewGuid();
      return register();
    });
    const own = answer.headers.get("Host-Token");
    if (own !== null) {
      state.keepToken(settings.url, own, inUse.token);
      inUse.token = own;
    }
    return (await hostIn(answer)).host_server_id;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Plain(registrationRefused(error, { settings, state, inUse }));
  }
};

export interface Registering {
  settings: HostSettings;
  state: StateFolder;
  inUse: TokenInUse;
  wasUnanswered: () => boolean;
}

const registrationRefused = (
  { status, code, message }: Refused,
  { settings: { url, token }, state, inUse }: Omit<Registering, "wasUnanswered">,
): string => {
  if (status === 401) {
    const which = inUse.token === token ? "the token" : `the host's own token of ${state.file("token.json")}`;
    return `${url} does not take ${which}: ${message}; ask an admin for another`;
  }
  if (code === "host_known") return `${message} (this machine's guid is kept in ${state.file("host-guid")})`;
  return `${url} does not register this machine: ${message}`;
};

export interface KnownAgent {
  id: number;
  hostId: number;
  settings: AgentSettings;
  active: boolean;
}

const agentsOf = ({ projects }: Service) => projects[":project"].automation.hosts[":host"].agents;

/** Finds an agent by its name, or creates it. An inactive one stays inactive. Throws `Plain` if the service refuses. */
const findAgent = async (send: Send, hostId: number, settings: AgentSettings): Promise<KnownAgent> => {
  const { name, project } = settings;
  const param = { project: String(project), host: String(hostId) };
  const recipe = recipeOf(settings);
  const frameworkId = settings.frameworkId ?? recipe.frameworkIds[0] ?? DEFAULT_FRAMEWORK;
  const facts: AgentFacts = {
    name,
    framework: recipe.name,
    framework_id: frameworkId,
    agent_client_id: name,
    active: true,
  };
  const make = (json: AgentFacts) => send((api) => agentsOf(api).$post({ param, json })).then(agentIn);
  try {
    const found = await send((api) => agentsOf(api).$get({ param, query: { limit: "1000" } }));
    const known = (await agentsIn(found)).find((each) => each.name === name);
    if (known) return { id: known.agent_server_id, hostId, settings, active: known.active };
    const made = await make(facts).catch((error: unknown) => {
      // An older service may not know the recipe's id: then an id that each knows. The framework's name still
      // identifies it.
      const unknown = error instanceof Refused && error.status === 400 && settings.frameworkId === undefined;
      if (!unknown) throw error;
      return make({ ...facts, framework_id: DEFAULT_FRAMEWORK });
    });
    return { id: made.agent_server_id, hostId, settings, active: made.active };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Plain(`agent ${name} of project ${project} can't be made: ${error.message}`);
  }
};

/** A framework id of the seed, which every service knows. */
const DEFAULT_FRAMEWORK = "junit-plugin";

/** Finds or creates all agents of a host, one after another. */
export const findAgents = async (
  send: Send,
  hostId: number,
  settings: readonly AgentSettings[],
): Promise<KnownAgent[]> => {
  const agents: KnownAgent[] = [];
  for (const each of settings) agents.push(await findAgent(send, hostId, each));
  return agents;
};
