/** The commands for a first host, ready to copy. */

/** Stands for the token where the page does not have it. */
const PLACEHOLDER = "TOKEN";

/** Where the commands go, and the token that they send; undefined where the page does not have it any more. */
export interface Target {
  origin: string;
  secret: string | undefined;
}

const curl = (
  { origin, secret = PLACEHOLDER }: Target,
  { method, path, body }: { method: string; path: string; body?: object },
): string =>
  [
    `curl -X ${method} '${origin}/api/v3${path}'`,
    `-H 'Authorization: Bearer ${secret}'`,
    ...(body ? [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body)}'`] : []),
  ].join(" \\\n  ");

/** Registers a host under a random guid. */
export const registerCommand = (target: Target): string =>
  curl(target, {
    method: "POST",
    path: "/automation/host",
    body: {
      host_name: "first-host",
      ip_address: "127.0.0.1",
      mac_address: "00:00:00:00:00:00",
      host_guid: crypto.randomUUID(),
    },
  });

/**
 * Two commands that turn a machine into a host: download the program and start it. `project` undefined leaves a
 * placeholder.
 */
export const hostCommands = ({ origin, secret = PLACEHOLDER }: Target, project: number | undefined): string =>
  [
    `curl -fsSO ${origin}/host.mjs`,
    `MUSTER_TOKEN=${secret} node host.mjs run --url ${origin} --project ${project ?? "PROJECT"}`,
  ].join("\n");

export const pingCommand = (target: Target, { id, guid }: { id: number; guid: string }): string =>
  curl(target, {
    method: "POST",
    path: `/automation/hosts/${id}/ping`,
    body: { host_guid: guid.replaceAll("'", "") },
  });

/** Brings an agent that is active at once. */
export const agentCommand = (target: Target, { project, host }: { project: number; host: number }): string =>
  curl(target, {
    method: "POST",
    path: `/projects/${project}/automation/hosts/${host}/agents`,
    body: {
      name: "Agent 1",
      framework: "testNG",
      framework_id: "testNG-plugin",
      agent_client_id: "1",
      active: true,
    },
  });

export const pollCommand = (target: Target, host: number): string =>
  curl(target, { method: "GET", path: `/automation/hosts/${host}/jobs?end_date=2100-01-01T00:00:00Z` });

export const reportCommand = (
  target: Target,
  { project, job, status }: { project: number; job: number; status: "RUNNING" | "COMPLETED" },
): string =>
  curl(target, {
    method: "PUT",
    path: `/projects/${project}/automation/jobs/${job}/status`,
    body: { status },
  });
