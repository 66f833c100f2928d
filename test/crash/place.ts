import { randomUUID } from "node:crypto";
import { type Client, idOf } from "./client.ts";

/** Which processes a host has: of old clients, of clients that know of leases, or of both. */
export const HOST_KINDS = ["old", "aware", "mixed"] as const;
export type HostKind = (typeof HOST_KINDS)[number];

/** A host with one agent, whose jobs its processes run. */
export interface Place {
  projectId: number;
  hostId: number;
  guid: string;
  agentId: number;
  kind: HostKind;
}

export const makeProject = async (client: Client): Promise<number> =>
  idOf((await client.send("POST", "/projects", { body: { name: "crash" } })).body, "id");

export const makeToken = async (client: Client, scope: string): Promise<string> => {
  const { body } = await client.send("POST", "/tokens", { body: { name: scope, scope } });
  return String(Reflect.get(Object(body), "token"));
};

export const makePlace = async (client: Client, projectId: number, kind: HostKind): Promise<Place> => {
  const guid = randomUUID();
  const host = { host_name: `${kind} host`, ip_address: "127.0.0.1", mac_address: "0", host_guid: guid };
  const hostId = idOf((await client.send("POST", "/automation/host", { body: host })).body, "host_server_id");
  const { body } = await client.send("POST", `/projects/${projectId}/automation/hosts/${hostId}/agents`, {
    body: {
      name: "agent",
      framework: "testNG",
      framework_id: "testNG-plugin",
      agent_client_id: "1",
      active: true,
    },
  });
  return { projectId, hostId, guid, agentId: idOf(body, "agent_server_id"), kind };
};

/** A process of a host pings now and then. */
export const ping = async (client: Client, { hostId, guid }: Place): Promise<void> => {
  await client.send("POST", `/automation/hosts/${hostId}/ping`, { body: { host_guid: guid } });
  client.ledger.counts.pings += 1;
};
