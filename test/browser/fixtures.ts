import { z } from "zod";
import { ADDRESS } from "./person.ts";
import { TOKEN } from "./place.ts";

/** A call of the API, as a host or a script makes it. */
export const call = async (
  method: string,
  path: string,
  { body, token = TOKEN }: { body?: unknown; token?: string } = {},
): Promise<Record<string, unknown>> => {
  const response = await fetch(`${ADDRESS}/api/v3${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return z.record(z.string(), z.unknown()).catch({}).parse(answer);
};

const idIn = (answer: Record<string, unknown>, name: string): number => z.int().parse(answer[name]);

export interface Things {
  project: number;
  host: number;
  guid: string;
  agent: number;
}

let made = 0;

/** A project with a host and an active agent, named after `name`. */
export const makeThings = async (name: string): Promise<Things> => {
  const guid = crypto.randomUUID();
  const project = idIn(await call("POST", "/projects", { body: { name: `${name} project` } }), "id");
  const facts = {
    ...{ host_name: `${name} host`, ip_address: "10.0.0.5", mac_address: "-", host_guid: guid },
    ...{ version: "muster-host 0.1.0", labels: ["linux", "gpu:a100"] },
  };
  const host = idIn(await call("POST", "/automation/host", { body: facts }), "host_server_id");
  const agents = `/projects/${project}/automation/hosts/${host}/agents`;
  const agentFacts = {
    name: `${name} agent`,
    framework: "testNG",
    framework_id: "testNG-plugin",
    agent_client_id: ++made,
    active: true,
  };
  return {
    project,
    host,
    guid,
    agent: idIn(await call("POST", agents, { body: agentFacts }), "agent_server_id"),
  };
};

/** A schedule of an agent, once and now unless said otherwise, with the first of its jobs. */
export const makeSchedule = async ({ project, agent }: Things, facts: object = {}) => {
  const start_date = new Date().toISOString();
  const body = { name: "A schedule", agent_server_id: agent, start_date, ...facts };
  const answer = await call("POST", `/projects/${project}/automation/schedules`, { body });
  const jobs = z.array(z.looseObject({ job_id: z.int() })).parse(answer.jobs);
  return { schedule: idIn(answer, "schedule_id"), job: jobs[0]?.job_id ?? 0 };
};

/** The path of the page of a job. */
export const jobPath = ({ project }: Things, job: number): string =>
  `/console/projects/${project}/jobs/${job}`;

/** Sends a file of a job's first attempt, as its host does. */
export const sendFile = async (
  project: number,
  job: number,
  { path, type, body }: { path: string; type: string; body: string | Uint8Array<ArrayBuffer> },
): Promise<void> => {
  const file = `/projects/${project}/automation/jobs/${job}/attempts/1/artifacts/${encodeURIComponent(path)}`;
  const { status } = await fetch(`${ADDRESS}/api/v3${file}`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": type },
    body,
  });
  if (status !== 200) throw new Error(`${path}: ${status}`);
};

/** Reports a status of a job, as its host does. */
export const report = (
  project: number,
  job: number,
  { status, token = TOKEN }: { status: string; token?: string },
) => call("PUT", `/projects/${project}/automation/jobs/${job}/status`, { body: { status }, token });
