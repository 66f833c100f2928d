/** The commands for a first host, ready to copy. */

const curl = (method: string, address: string, { token, body }: { token: string; body?: object }): string =>
  [
    `curl -X ${method} '${address}'`,
    `-H 'Authorization: Bearer ${token}'`,
    ...(body ? [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body)}'`] : []),
  ].join(" \\\n  ");

/** Registers a host with `token`, under a random guid. */
export const registerCommand = (origin: string, token: string): string =>
  curl("POST", `${origin}/api/v3/automation/host`, {
    token,
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
export const hostCommands = (origin: string, token: string, project: number | undefined): string =>
  [
    `curl -fsSO ${origin}/host.mjs`,
    `MUSTER_TOKEN=${token} node host.mjs run --url ${origin} --project ${project ?? "PROJECT"}`,
  ].join("\n");

export const pollCommand = (origin: string, host: number): string =>
  curl("GET", `${origin}/api/v3/automation/hosts/${host}/jobs?end_date=2100-01-01T00:00:00Z`, {
    token: "TOKEN",
  });

export const reportCommand = (origin: string, project: number, job: number): string =>
  curl("PUT", `${origin}/api/v3/projects/${project}/automation/jobs/${job}/status`, {
    token: "TOKEN",
    body: {
      status: "RUNNING",
    },
  });
