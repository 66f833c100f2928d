import { WebSocket } from "ws";
import { z } from "zod";
import { ADMIN_TOKEN } from "../bench/workerd.ts";

const SLOW_MS = 30_000;
const HEADERS = { Authorization: `Bearer ${ADMIN_TOKEN}` };

const message = z.looseObject({ type: z.string(), id: z.int().optional(), to: z.int().optional() });
type Message = z.output<typeof message>;

const lease = z.looseObject({
  lease_id: z.string(),
  attempt: z.int(),
  job: z.looseObject({ job_id: z.int(), project_id: z.int() }),
});
type Lease = z.output<typeof lease>;

const offer = z.looseObject({ id: z.int(), leases: z.array(lease) });

/** A host's process on a socket of a running service, from outside. */
export class Process {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  #taken = 0;
  #id = 0;
  readonly closed: Promise<number>;

  constructor(service: URL, hostId: number) {
    const address = new URL(`/api/v3/automation/hosts/${hostId}/socket`, service).href.replace("http", "ws");
    this.#socket = new WebSocket(address, ["muster.v1"], { headers: HEADERS });
    this.#socket.on("error", () => undefined);
    this.#socket.on("message", (data) => this.#messages.push(message.parse(JSON.parse(String(data)))));
    this.closed = new Promise((resolve) => {
      this.#socket.on("close", resolve);
    });
  }

  async opened(): Promise<this> {
    await until(() => this.#socket.readyState === WebSocket.OPEN || undefined);
    return this;
  }

  /** Says something whose answer is not waited for; gives its id. */
  say(type: string, facts: object): number {
    this.#id += 1;
    this.#socket.send(JSON.stringify({ type, id: this.#id, ...facts }));
    return this.#id;
  }

  async ask(type: string, facts: object): Promise<Message> {
    const id = this.say(type, facts);
    return until(() => this.#messages.find(({ to }) => to === id));
  }

  /** Says something of a leased job. */
  ofRun(type: string, { lease_id, job }: Lease, facts: object = {}): Promise<Message> {
    return this.ask(type, { lease_id, job_id: job.job_id, project_id: job.project_id, ...facts });
  }

  /** The next leases that it is offered, so many. */
  async offered(count: number): Promise<Lease[]> {
    const leases: Lease[] = [];
    while (leases.length < count) {
      const next = await until(() => this.#messages.slice(this.#taken).find(({ type }) => type === "offer"));
      this.#taken = this.#messages.indexOf(next) + 1;
      const { id, leases: more } = offer.parse(next);
      this.#socket.send(JSON.stringify({ type: "answer", to: id }));
      leases.push(...more);
    }
    return leases;
  }

  received(type: string): Promise<Message> {
    return until(() => this.#messages.find((each) => each.type === type));
  }

  close(): void {
    this.#socket.terminate();
  }
}

const until = async <Found>(find: () => Found | undefined): Promise<Found> => {
  for (const end = Date.now() + SLOW_MS; Date.now() < end; ) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((later) => setTimeout(later, 10));
  }
  throw new Error("waited in vain");
};

/** A call of the service as an operator makes it. */
const call = async (service: URL, method: string, path: string, body?: object): Promise<unknown> => {
  const answer = await fetch(new URL(`/api/v3${path}`, service), {
    method,
    headers: HEADERS,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
};

const idIn = (answer: unknown, name: string): number =>
  z.object({ id: z.int() }).parse({ id: Reflect.get(z.looseObject({}).parse(answer), name) }).id;

/** A host with an agent, whose jobs are made one by one. */
export const makeHost = async (service: URL) => {
  const projectId = idIn(await call(service, "POST", "/projects", { name: "Project" }), "id");
  const facts = { host_name: "Host", ip_address: "127.0.0.1", mac_address: "-" };
  const registered = await call(service, "POST", "/automation/host", {
    ...facts,
    host_guid: crypto.randomUUID(),
  });
  const hostId = idIn(registered, "host_server_id");
  const agent = { name: "AGENT", framework: "testNG", framework_id: "testNG-plugin", agent_client_id: "1" };
  const path = `/projects/${projectId}/automation/hosts/${hostId}/agents`;
  const agentId = idIn(await call(service, "POST", path, { ...agent, active: true }), "agent_server_id");
  return { projectId, hostId, agentId };
};

/** Schedules one run, in so many milliseconds; gives its job. */
export const schedule = async (
  service: URL,
  { projectId, agentId }: { projectId: number; agentId: number },
  inMs = -1000,
): Promise<number> => {
  const made = await call(service, "POST", `/projects/${projectId}/automation/schedules`, {
    name: "A run",
    agent_server_id: agentId,
    start_date: new Date(Date.now() + inMs).toISOString(),
  });
  return z.looseObject({ jobs: z.tuple([z.looseObject({ job_id: z.int() })]) }).parse(made).jobs[0].job_id;
};

const ended = z.looseObject({ status: z.string(), history: z.array(z.looseObject({ to: z.string() })) });

/** The status of a job, and how often it began. */
export const readJob = async (service: URL, projectId: number, jobId: number) => {
  const { status, history } = ended.parse(
    await call(service, "GET", `/projects/${projectId}/automation/jobs/${jobId}`),
  );
  return { status, begun: history.filter(({ to }) => to === "RUNNING").length };
};
