import { env } from "cloudflare:workers";
import { z } from "zod";
import { makeToken } from "../../src/access/token-secret.ts";
import { sha256 } from "../../src/wire/sha256.ts";
import { FAR_START } from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";
import { Gate } from "./held-requests.ts";
import { readStored, type Stored } from "./stored.ts";

export const LEASE_MS = MINUTE;
/** Of a run under a lease: what hides it, too, at the least. */
export const SHORTEST_LEASE_MS = 30_000;
export const ACCEPT_MS = MINUTE;
export const LOST_MS = 35 * MINUTE;
export const WINDOW_MS = 30 * MINUTE;
export const RUN_LIMIT_MS = 90 * MINUTE;
/** How far ahead a poll looks. */
export const POLL_MS = 60 * MINUTE;
const DAY = 24 * 60 * MINUTE;
/** How far ahead schedules are planned. */
export const HORIZON_MS = DAY;
/** How long ended jobs are kept. */
export const RETENTION_MS = DAY;
/** The longest time of a batch of D1. */
export const BATCH_MS = 30_000;

/** Of the Worker, and of the objects of hosts. */
export const SETTINGS = {
  RUN_LIMIT_MINUTES: String(RUN_LIMIT_MS / MINUTE),
  HORIZON_DAYS: String(HORIZON_MS / DAY),
  RETENTION_DAYS: String(RETENTION_MS / DAY),
};

/** Shared by all runs: one project, and one token for all hosts. */
export interface Ground {
  projectId: number;
  token: string;
  tokenId: number;
  /** Another project, and a token of a host's scope that is limited to it. */
  strangersProjectId: number;
  strangersToken: string;
}

export const makeGround = async (): Promise<Ground> => {
  const world = new World({ now: FAR_START });
  const issued = await world.post("/api/v3/tokens", { name: "all", scope: "host" });
  const { id, token } = z.object({ id: z.int(), token: z.string() }).parse(issued.body);
  const strangersProjectId = await world.project();
  const strangersToken = await world.token("host", { project_ids: [strangersProjectId] });
  return { projectId: await world.project(), token, tokenId: id, strangersProjectId, strangersToken };
};

/** The agent of each host, as it is made and made again. */
export const AGENT = {
  name: "AGENT",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: "1",
  active: true,
};

/** The jobs: one that fails when its run is lost, one that is planned again, one of 45 minutes that is due later. */
const PLANS = [
  { afterMs: 0, minutes: null, onLost: "fail", attempts: 2 },
  { afterMs: 0, minutes: null, onLost: "requeue", attempts: 3 },
  { afterMs: 5 * MINUTE, minutes: 45, onLost: "fail", attempts: 2 },
];

/** The body that a schedule was made or replaced with. */
export type Said = Record<string, string | number>;

/** A host, and its agent. */
export interface Place {
  hostId: number;
  guid: string;
  agentId: number;
}

/** One host with an active agent and its jobs, maybe another with an agent, and what D1 holds of them. */
export class Scene {
  readonly gate = new Gate();
  readonly world = new World({ now: FAR_START, settings: SETTINGS, seam: this.gate.seam });
  /** The first has jobs from the start; the second is made where schedules are tried. */
  readonly places: Place[] = [];
  /** The host's own token: it is limited to it. */
  token = "";
  tokenId = 0;
  /** The last body of each schedule. */
  readonly said = new Map<number, Said>();
  /** The jobs that were filled in. */
  readonly filled = new Set<number>();
  #seen = 0;

  readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** The host registers; the rest goes straight into D1, in one round trip, as the service would have written it. */
  async build(): Promise<void> {
    const { world, ground } = this;
    const { id, guid } = await world.host();
    this.token = await makeToken("host");
    const { now } = world;
    const made = await env.DB.batch<{ id: number }>([
      env.DB.prepare(
        `INSERT INTO agents (host_id, project_id, client_number, name, framework, framework_id, active, creation_key)
         VALUES (?1, ?2, '1', 'AGENT', 'testNG', 'testNG-plugin', 1, ?3)`,
      ).bind(id, ground.projectId, guid),
      env.DB.prepare(
        `INSERT INTO agents (host_id, project_id, client_number, name, framework, framework_id, active, creation_key)
         VALUES (?1, ?2, '2', 'STRANGER', 'testNG', 'testNG-plugin', 1, ?3)`,
      ).bind(id, ground.strangersProjectId, `${guid} stranger`),
      env.DB.prepare(
        "INSERT INTO snapshots (materials, materials_bytes, creation_key) VALUES ('[]', 2, ?1)",
      ).bind(guid),
      ...PLANS.map(({ afterMs, minutes, onLost, attempts }, place) =>
        env.DB.prepare(
          `INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, time_zone, start_at,
             allocated_minutes, overlap, missed, missed_within_minutes, on_lost, max_attempts, planned_until,
             created_at, creation_key)
           SELECT a.project_id, a.id, s.id, 'Schedule', 'UTC', ?2, ?3, 'allow', 'run_once', 60, ?4, ?5, ?2 + 1000, ?6,
             ?1 || ' ' || ?7
           FROM agents a JOIN snapshots s ON s.creation_key = a.creation_key WHERE a.creation_key = ?1`,
        ).bind(guid, now + afterMs, minutes, onLost, attempts, now, place),
      ),
      env.DB.prepare(
        `INSERT INTO jobs (project_id, host_id, agent_id, schedule_id, snapshot_id, scheduled_at, run_number, status,
           attempt, status_changed_at)
         SELECT s.project_id, a.host_id, a.id, s.id, s.snapshot_id, s.start_at, 1, 'PLANNED', 1, ?2
         FROM schedules s JOIN agents a ON a.id = s.agent_id WHERE a.creation_key = ?1 ORDER BY s.id`,
      ).bind(guid, now),
      env.DB.prepare(
        `INSERT INTO tokens (name, scope, digest, host_id, created_at, creation_key)
         VALUES ('own', 'host', ?1, ?2, ?3, ?4) RETURNING id`,
      ).bind(await sha256(this.token), id, now, guid),
      env.DB.prepare("SELECT id FROM agents WHERE creation_key = ?1").bind(guid),
    ]);
    const [token, agent] = made.slice(-2).map(({ results }) => results[0]?.id ?? 0);
    this.tokenId = token ?? 0;
    this.places.push({ hostId: id, guid, agentId: agent ?? 0 });
  }

  /** Another host registers and makes its agent. */
  async addHost(): Promise<void> {
    const { id: hostId, guid } = await this.world.host();
    const agentId = await this.world.agent(this.ground.projectId, hostId, AGENT);
    this.places.push({ hostId, guid, agentId });
  }

  /** One of the hosts, by its number modulo how many there are. */
  place(number = 0): Place {
    const found = this.places[number % Math.max(1, this.places.length)];
    if (!found) throw new Error("the scene is not built");
    return found;
  }

  get hostId(): number {
    return this.place().hostId;
  }

  get agentId(): number {
    return this.place().agentId;
  }

  get object() {
    return this.objectOf(this.hostId);
  }

  objectOf(hostId: number) {
    return env.HOST.getByName(String(hostId));
  }

  get hostIds(): string {
    return JSON.stringify(this.places.map(({ hostId }) => hostId));
  }

  /** Cleans up, so that the ticks of other scenes have nothing to do here. */
  async end(): Promise<void> {
    const ours = "IN (SELECT id FROM agents WHERE host_id IN (SELECT value FROM json_each(?1)))";
    await env.DB.batch(
      [
        `DELETE FROM job_history WHERE job_id IN (SELECT id FROM jobs WHERE agent_id ${ours})`,
        `DELETE FROM jobs WHERE agent_id ${ours}`,
        `UPDATE schedules SET plan_due_at = NULL, deleted_at = 1 WHERE agent_id ${ours}`,
      ].map((text) => env.DB.prepare(text).bind(this.hostIds)),
    );
  }

  async read(): Promise<Stored> {
    const { hostIds, ground, tokenId } = this;
    const stored = await readStored({ hostIds, projectId: ground.projectId, tokenId, seen: this.#seen });
    this.#seen = stored.rows.at(-1)?.id ?? this.#seen;
    return stored;
  }
}
