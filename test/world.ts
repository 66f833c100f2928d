import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import { createService } from "../src/app.ts";
import { runTick } from "../src/tick.ts";
import { type JobRead, jobRead } from "./job-read.ts";
import { type SentWake, wakeQueue } from "./wake-queue.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** The start of a ping window, so that tests can count from it. */
export const START = Date.parse("2026-03-02T10:00:00Z");

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed JSON; undefined where the body is empty or of another type. */
  body: unknown;
}

export interface RequestOptions {
  /** The world's admin token unless given; null sends no Authorization. */
  token?: string | null;
  /** Sent as JSON; a string or bytes go as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface WorldOptions {
  /** Settings by their own names, over the defaults. */
  settings?: Record<string, string>;
  now?: number;
  /** Wraps the bindings: to count calls, or to make them fail. */
  seam?: (env: Env) => Env;
}

const idIn = (answer: Answer, field: string): number => {
  const found = z.looseObject({ [field]: z.int() }).safeParse(answer.body);
  if (!found.success) throw new Error(`no ${field} in ${answer.status} ${answer.text}`);
  return Number(found.data[field]);
};

const asSent = (body: unknown): string | Uint8Array =>
  typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);

const isJson = ({ headers }: Response): boolean =>
  headers.get("content-type")?.startsWith("application/json") ?? false;

let made = 0;

/** The service over the pool's real bindings, with a clock that the test moves. Each test makes its own host and project. */
export class World {
  now: number;
  readonly env: Env;
  readonly adminToken = env.ADMIN_TOKEN;
  /** What the queue of webhooks holds: a test delivers it when it likes (webhooks/receiver.ts). */
  wakes: SentWake[] = [];
  readonly #service = createService(() => this.now);

  constructor({ settings = {}, now = START, seam = (plain) => plain }: WorldOptions = {}) {
    this.now = now;
    this.env = seam({ ...env, ...settings, WEBHOOKS: wakeQueue(this) });
  }

  advance(ms: number): void {
    this.now += ms;
  }

  #asRequest(method: string, path: string, options: RequestOptions): Request {
    const { token = this.adminToken, body, headers = {} } = options;
    return new Request(`https://muster.test${path}`, {
      method,
      headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: asSent(body) }),
    });
  }

  async #fetch(request: Request): Promise<Response> {
    const context = createExecutionContext();
    const response = await this.#service.fetch(request, this.env, context);
    const whole = new Response(await response.arrayBuffer(), response);
    await waitOnExecutionContext(context);
    return whole;
  }

  /** Sends a request made by the test itself. */
  async send(request: Request): Promise<Answer> {
    const response = await this.#fetch(request);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson(response) && text !== "" ? JSON.parse(text) : undefined,
    };
  }

  request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.send(this.#asRequest(method, path, options));
  }

  /** An answer that is no JSON. */
  async text(method: string, path: string, options: RequestOptions = {}) {
    const response = await this.#fetch(this.#asRequest(method, path, options));
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      text: new TextDecoder().decode(await response.arrayBuffer()),
    };
  }

  /** Asks for a socket. Returns the answer as it is, with its socket if it has one. */
  async upgrade(path: string, options: RequestOptions = {}): Promise<Response> {
    const context = createExecutionContext();
    const response = await this.#service.fetch(this.#asRequest("GET", path, options), this.env, context);
    await waitOnExecutionContext(context);
    return response;
  }

  get = (path: string, options?: RequestOptions) => this.request("GET", path, options);
  post = (path: string, body?: unknown, options?: RequestOptions) =>
    this.request("POST", path, { body, ...options });
  put = (path: string, body?: unknown, options?: RequestOptions) =>
    this.request("PUT", path, { body, ...options });
  delete = (path: string, options?: RequestOptions) => this.request("DELETE", path, options);

  /** Runs the tick for the window that ended last, or for the one that ended at `at`. */
  tick = (at: number = this.now): Promise<void> => runTick(this.env, at);

  /** A new token of this scope; `limits` by the wire's own names. */
  async token(
    scope: "admin" | "operator" | "host" | "metrics",
    limits: Record<string, unknown> = {},
  ): Promise<string> {
    const answer = await this.post("/api/v3/tokens", { name: `${scope} ${++made}`, scope, ...limits });
    return z.object({ token: z.string() }).parse(answer.body).token;
  }

  /** A new project's id. */
  async project(): Promise<number> {
    return idIn(await this.post("/api/v3/projects", { name: `Project ${++made}` }), "id");
  }

  /** A new host, registered. */
  async host(): Promise<{ id: number; guid: string }> {
    const guid = crypto.randomUUID();
    const answer = await this.post("/api/v3/automation/host", {
      host_name: `Host ${++made}`,
      ip_address: "192.168.74.73",
      mac_address: "00:15:5D:4A:4D:01",
      host_guid: guid,
    });
    return { id: idIn(answer, "host_server_id"), guid };
  }

  /** A new agent's id, active unless said otherwise. */
  async agent(projectId: number, hostId: number, facts: Record<string, unknown> = {}): Promise<number> {
    const answer = await this.post(`/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents`, {
      name: "AGENT 1",
      framework: "testNG",
      framework_id: "testNG-plugin",
      agent_client_id: String(++made),
      active: true,
      ...facts,
    });
    return idIn(answer, "agent_server_id");
  }

  /** A schedule of one run at `at` (epoch milliseconds), and its job. */
  async schedule(
    projectId: number,
    agentId: number,
    {
      at = this.now,
      testRunIds = [],
      facts = {},
    }: { at?: number; testRunIds?: number[]; facts?: Record<string, unknown> } = {},
  ): Promise<{ id: number; jobId: number }> {
    const answer = await this.post(`/api/v3/projects/${projectId}/automation/schedules`, {
      name: `Schedule ${++made}`,
      agent_server_id: agentId,
      start_date: new Date(at).toISOString(),
      test_run_ids: testRunIds,
      ...facts,
    });
    const { schedule_id, jobs } = z
      .object({ schedule_id: z.int(), jobs: z.array(z.object({ job_id: z.int() })).length(1) })
      .parse(answer.body);
    return { id: schedule_id, jobId: jobs[0]?.job_id ?? 0 };
  }

  /** A host with one active agent of one project, and a number of jobs due now. */
  async ready({ jobs = 0, at = this.now }: { jobs?: number; at?: number } = {}): Promise<Ready> {
    const [projectId, host] = await Promise.all([this.project(), this.host()]);
    const agentId = await this.agent(projectId, host.id);
    const jobIds: number[] = [];
    for (let job = 0; job < jobs; job++) jobIds.push((await this.schedule(projectId, agentId, { at })).jobId);
    return { projectId, hostId: host.id, guid: host.guid, agentId, jobIds, jobId: jobIds[0] ?? 0 };
  }

  poll(hostId: number, { from, to = this.now + HOUR, ...options }: PollOptions = {}): Promise<Answer> {
    const start = from === undefined ? "" : new Date(from).toISOString();
    const window = `start_date=${start}&end_date=${new Date(to).toISOString()}`;
    return this.get(`/api/v3/automation/hosts/${hostId}/jobs?${window}`, options);
  }

  ping(hostId: number, guid: string, options?: RequestOptions): Promise<Answer> {
    return this.post(`/api/v3/automation/hosts/${hostId}/ping`, { host_guid: guid }, options);
  }

  /** Reports a status of a job; an object also says how the request is sent. */
  report(
    projectId: number,
    jobId: number,
    said: string | ({ status: string } & RequestOptions),
  ): Promise<Answer> {
    const { status, ...options } = typeof said === "string" ? { status: said } : said;
    return this.put(`/api/v3/projects/${projectId}/automation/jobs/${jobId}/status`, { status }, options);
  }

  /** A job as it is read, with its history. */
  async job(projectId: number, jobId: number): Promise<JobRead> {
    const answer = await this.get(`/api/v3/projects/${projectId}/automation/jobs/${jobId}`);
    return jobRead.parse(answer.body);
  }
}

export interface Ready {
  projectId: number;
  hostId: number;
  guid: string;
  agentId: number;
  jobIds: number[];
  /** The first of `jobIds`, 0 where there is none. */
  jobId: number;
}

export interface PollOptions extends RequestOptions {
  /** Epoch milliseconds. */
  from?: number;
  to?: number;
}

/** The ids of the jobs in a poll's answer. */
export const jobsIn = (answer: Answer): number[] =>
  z
    .array(z.looseObject({ job_id: z.int() }))
    .parse(answer.body)
    .map(({ job_id }) => job_id);
