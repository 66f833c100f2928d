import { z } from "zod";
import { FAR_START, lease } from "../lease-client.ts";
import { type Answer, HOUR, World } from "../world.ts";
import { bytesOf } from "./encodings.ts";
import type { Sent, TokenName } from "./requests.ts";

/** What a scene knows, by the names of the marks. */
interface Known {
  project: number;
  host: number;
  guid: string;
  agent: number;
  run: number;
  /** The same, by the name that paths have for it. */
  test_run: number;
  schedule: number;
  job: number;
  lease: string;
  token: number;
  token_name: string;
  secret: string;
  /** Of an export of results. */
  form: string;
}

const NOTHING: Known = {
  ...{ project: 0, host: 0, agent: 0, run: 0, test_run: 0, schedule: 0, job: 0, token: 0 },
  ...{ guid: "", lease: "none", token_name: "", secret: "", form: "junit.xml" },
};

/** Whose things: those that requests are about, and those that they should not reach from there. */
const OWNERS = ["own", "other"] as const;
type Owner = (typeof OWNERS)[number];

const issued = z.looseObject({ id: z.int(), name: z.string(), token: z.string() });
const job = z.looseObject({ job_id: z.int() });
const scheduled = z.looseObject({ schedule_id: z.int(), jobs: z.array(job) });
const leased = z.array(z.looseObject({ lease_id: z.string(), job }));
const broughtIn = z.tuple([z.looseObject({ test_run_id: z.int() })]);

const jobOf = (found: z.output<typeof job> | undefined) => (found ? { job: found.job_id } : {});

const MARK = /\{\{(?:(other|former)_)?(\w+)\}\}/g;
const REPEATED = /⟦(\d+)\*(.*?)⟧/gs;

/** Things that requests can name: a project with a host and all that belongs to it, the same of others, and tokens of every kind. */
export class Scene {
  readonly world = new World({ now: FAR_START });
  /** What is former was deleted. */
  readonly #known: Record<Owner | "former", Known> = { own: NOTHING, other: NOTHING, former: NOTHING };
  readonly #tokens = new Map<TokenName, string>([["admin", this.world.adminToken]]);

  #agents = 0;

  static async build(): Promise<Scene> {
    const scene = new Scene();
    for (const owner of OWNERS) await scene.#make(owner);
    await scene.#issueAll([
      ["operator", { scope: "operator" }],
      ["host", { scope: "host" }],
      ["registering", { scope: "host", register_only: true }],
      ["expired", { scope: "operator", expires_at: new Date(scene.world.now - HOUR).toISOString() }],
      ["revoked", { scope: "host" }],
      ["replaced", { scope: "host" }],
    ]);
    scene.#tokens.set("misspelt", `${scene.#tokens.get("host")?.slice(0, -1)}g`);
    return scene;
  }

  async #make(owner: Owner): Promise<void> {
    const { world } = this;
    const [project, { id: host, guid }] = [await world.project(), await world.host()];
    const agent = await this.#makeAgent(project, host);
    const run = await world.post(`/api/v3/projects/${project}/automation/test-runs`, [
      { test_case_name: "adds", automation_content: "pkg.A#adds" },
    ]);
    const made = broughtIn.parse(run.body)[0].test_run_id;
    this.#known[owner] = {
      ...{ project, host, guid, agent, run: made, test_run: made },
      ...(await this.#makeSchedule(project, agent)),
      ...(await this.#makeToken()),
      ...{ lease: "none", form: "junit.xml" },
    };
    if (owner === "other") return;
    this.learn(await lease(world, host));
    await this.#issueAll([
      ["operator of a project", { scope: "operator", project_ids: [project] }],
      ["host of a project", { scope: "host", project_ids: [project] }],
      ["host of a host", { scope: "host", host_server_id: host }],
    ]);
  }

  /** Each with a number that no other has: values.ts sends the first of them again. */
  #makeAgent(project: number, host: number): Promise<number> {
    return this.world.agent(project, host, { agent_client_id: `scene ${++this.#agents}` });
  }

  async #makeSchedule(project: number, agent: number): Promise<Pick<Known, "schedule" | "job">> {
    const { id, jobId } = await this.world.schedule(project, agent);
    return { schedule: id, job: jobId };
  }

  async #makeToken(): Promise<Pick<Known, "token" | "token_name" | "secret">> {
    const { id, name, token } = await this.#issue({ scope: "operator" });
    return { token: id, token_name: name, secret: token };
  }

  async #issue(facts: Record<string, unknown>): Promise<z.output<typeof issued>> {
    const answer = await this.world.post("/api/v3/tokens", { name: `fuzz ${crypto.randomUUID()}`, ...facts });
    const made = issued.safeParse(answer.body);
    if (!made.success) throw new Error(`a scene without its token: ${answer.status} ${answer.text}`);
    return made.data;
  }

  async #issueAll(facts: readonly [TokenName, Record<string, unknown>][]): Promise<void> {
    for (const [name, limits] of facts) {
      const { id, token } = await this.#issue(limits);
      this.#tokens.set(name, token);
      if (name === "revoked") await this.world.delete(`/api/v3/tokens/${id}`);
      if (name === "replaced") await this.world.post(`/api/v3/tokens/${id}/rotate`, { overlap_minutes: 0 });
    }
  }

  /** Puts something new in the place of what a request deleted, where it is known here. */
  async replace(kind: string, id: number): Promise<void> {
    const owner = OWNERS.find((each) => Reflect.get(this.#known[each], kind) === id);
    if (owner === undefined) return;
    const known = this.#known[owner];
    this.#known.former = { ...known };
    if (kind === "host") await this.#make(owner);
    // The agent of a deleted schedule may be inactive.
    if (kind === "agent" || kind === "schedule") {
      known.agent = await this.#makeAgent(known.project, known.host);
      Object.assign(known, await this.#makeSchedule(known.project, known.agent));
    }
    if (kind === "token") Object.assign(known, await this.#makeToken());
  }

  /** Takes up what an answer says of new things, so that later requests find them in every state. */
  learn({ body }: Answer): void {
    const { own } = this.#known;
    const [lease] = leased.safeParse(body).data ?? [];
    const schedule = scheduled.safeParse(body).data;
    if (lease) Object.assign(own, { lease: lease.lease_id, ...jobOf(lease.job) });
    else if (schedule) Object.assign(own, { schedule: schedule.schedule_id, ...jobOf(schedule.jobs[0]) });
    else Object.assign(own, jobOf(job.safeParse(body).data));
  }

  /** The request with what it names put in. */
  requestOf({ method, path, headers: pairs, body, encoding, token, scheme }: Sent): Request {
    const headers = new Headers();
    for (const [name, value] of pairs) headers.append(name, this.#filled(value));
    const secret = this.#tokens.get(token);
    if (secret !== undefined && !headers.has("Authorization"))
      headers.set("Authorization", `${scheme}${secret}`);
    const mayHaveBody = method !== "GET" && method !== "HEAD";
    return new Request(`https://muster.test${this.#filled(path)}`, {
      method,
      headers,
      body: body !== null && mayHaveBody ? bytesOf(this.#filled(body), encoding) : null,
    });
  }

  #filled(text: string): string {
    return text
      .replace(MARK, (mark, of: "other" | "former" | undefined, name: string) =>
        String(Reflect.get(this.#known[of ?? "own"], name) ?? mark),
      )
      .replace(REPEATED, (_, times: string, part: string) => part.repeat(Number(times)));
  }
}
