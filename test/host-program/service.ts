import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { z } from "zod";

/** Where the service is that a file's tests speak to, and who may do all there. */
export const service = { ...inject("service") };

/** Speaks to another service from here on. */
export const useService = (other: typeof service): void => {
  Object.assign(service, other);
};

/** A call of the service as an operator makes it. */
export const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${service.address}/api/v3${path}`, {
    method,
    headers: { Authorization: `Bearer ${service.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
};

const jobShape = z.looseObject({
  job_id: z.int(),
  status: z.string(),
  attempt: z.int(),
  history: z.array(
    z.looseObject({ from: z.string(), to: z.string(), at: z.string(), reason: z.string().nullable() }),
  ),
});
export type JobNow = z.output<typeof jobShape>;

const idIn = (answer: unknown, name: string): number =>
  Number(z.looseObject({ [name]: z.int() }).parse(answer)[name]);

export const makeProject = async (): Promise<number> =>
  idIn(await call("POST", "/projects", { name: "Hosts" }), "id");

export const makeToken = async (facts: object = {}): Promise<{ id: number; token: string }> =>
  z
    .looseObject({ id: z.int(), token: z.string() })
    .parse(await call("POST", "/tokens", { name: "host", scope: "host", ...facts }));

/** The id of a token, by its beginning. */
export const tokenIdOf = async (token: string): Promise<number> => {
  const tokens = z
    .array(z.looseObject({ id: z.int(), prefix: z.string() }))
    .parse(await call("GET", "/tokens?limit=1000"));
  const found = tokens.find(({ prefix }) => token.startsWith(prefix));
  if (!found) throw new Error("no token begins so");
  return found.id;
};

/** The agents of a host, by their names. */
export const agentsOf = async (host: number): Promise<Record<string, number>> => {
  const agents = z
    .array(z.looseObject({ name: z.string(), agent_server_id: z.int() }))
    .parse(await call("GET", `/automation/hosts/${host}/agents`));
  return Object.fromEntries(agents.map(({ name, agent_server_id }) => [name, agent_server_id]));
};

/** Schedules one run of an agent, now unless said otherwise. Gives the job. */
export const schedule = async (project: number, agent: number, facts: object = {}): Promise<number> => {
  const start_date = new Date(Date.now() - 1000).toISOString();
  const made = await call("POST", `/projects/${project}/automation/schedules`, {
    name: "A run",
    agent_server_id: agent,
    start_date,
    ...facts,
  });
  return z.looseObject({ jobs: z.tuple([z.looseObject({ job_id: z.int() })]) }).parse(made).jobs[0].job_id;
};

export const readJob = async (project: number, job: number): Promise<JobNow> =>
  jobShape.parse(await call("GET", `/projects/${project}/automation/jobs/${job}`));

const ENDED = ["COMPLETED", "FAILED", "CANCELLED"];

/** The job once `isSo` holds of it; unless said otherwise once it has ended. */
export const jobWhen = async (
  project: number,
  job: number,
  isSo: (job: JobNow) => boolean = ({ status }) => ENDED.includes(status),
  seconds = 60,
): Promise<JobNow> => {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const now = await readJob(project, job);
    if (isSo(now)) return now;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${JSON.stringify(now)}`);
  }
};

/** Why a job is as it is: the reason of its last move. */
export const reasonOf = ({ history }: JobNow): string | null | undefined => history.at(-1)?.reason;
