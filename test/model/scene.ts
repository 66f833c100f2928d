import { env } from "cloudflare:workers";
import { z } from "zod";
import { makeToken } from "../../src/access/token-secret.ts";
import { sha256 } from "../../src/wire/sha256.ts";
import { FAR_START } from "../lease-client.ts";
import { MINUTE, World } from "../world.ts";
import { Gate } from "./held-requests.ts";

export const LEASE_MS = MINUTE;
/** Of a run under a lease: what hides it, too, at the least. */
export const SHORTEST_LEASE_MS = 30_000;
export const ACCEPT_MS = MINUTE;
export const LOST_MS = 35 * MINUTE;
export const WINDOW_MS = 30 * MINUTE;
export const RUN_LIMIT_MS = 90 * MINUTE;
/** How far ahead a poll looks. */
export const POLL_MS = 60 * MINUTE;
/** A batch of D1 takes no longer. */
export const BATCH_MS = 30_000;

const job = z.object({
  id: z.int(),
  status: z.string(),
  attempt: z.int(),
  holder: z.string().nullable(),
  reason: z.string().nullable(),
  cancelRequestedAt: z.int().nullable(),
  dueAt: z.int(),
  scheduleId: z.int(),
  requeues: z.int().transform((one) => one === 1),
  maxAttempts: z.int(),
  /** Its agent is active, and its schedule not paused. */
  handedOut: z.int().transform((one) => one === 1),
});
export type JobRow = z.output<typeof job>;

const row = z.object({
  id: z.int(),
  jobId: z.int(),
  at: z.int(),
  attempt: z.int(),
  from: z.string(),
  to: z.string(),
  by: z.string(),
  reason: z.string().nullable(),
});
export type HistoryRow = z.output<typeof row>;

/** What D1 holds of one host's jobs. */
export interface Stored {
  jobs: JobRow[];
  /** Only the rows after those read before. */
  rows: HistoryRow[];
  /** The host's own token is. */
  revoked: boolean;
}

/** The ground of all runs: one project, one token for all hosts. */
export interface Ground {
  projectId: number;
  token: string;
  tokenId: number;
}

export const makeGround = async (): Promise<Ground> => {
  const world = new World({ now: FAR_START });
  const issued = await world.post("/api/v3/tokens", { name: "all", scope: "host" });
  const { id, token } = z.object({ id: z.int(), token: z.string() }).parse(issued.body);
  return { projectId: await world.project(), token, tokenId: id };
};

/** The jobs: one that fails when its run is lost, one that is planned again, one of 45 minutes that is due later. */
const PLANS = [
  { afterMs: 0, minutes: null, onLost: "fail", attempts: 2 },
  { afterMs: 0, minutes: null, onLost: "requeue", attempts: 3 },
  { afterMs: 5 * MINUTE, minutes: 45, onLost: "fail", attempts: 2 },
];

/** One host with an active agent and its jobs, and what D1 holds of them. */
export class Scene {
  readonly gate = new Gate();
  readonly world = new World({
    now: FAR_START,
    settings: { RUN_LIMIT_MINUTES: String(RUN_LIMIT_MS / MINUTE) },
    seam: this.gate.seam,
  });
  hostId = 0;
  guid = "";
  agentId = 0;
  /** The host's own token: it is limited to it. */
  token = "";
  tokenId = 0;
  #seen = 0;

  readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** The host registers; the rest goes straight into D1, in one round trip, as the service would have written it. */
  async build(): Promise<void> {
    const { world, ground } = this;
    const { id, guid } = await world.host();
    this.hostId = id;
    this.guid = guid;
    this.token = await makeToken("host");
    const { now } = world;
    const made = await env.DB.batch<{ id: number }>([
      env.DB.prepare(
        `INSERT INTO agents (host_id, project_id, client_number, name, framework, framework_id, active, creation_key)
         VALUES (?1, ?2, '1', 'AGENT', 'testNG', 'testNG-plugin', 1, ?3)`,
      ).bind(id, ground.projectId, guid),
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
    [this.tokenId, this.agentId] = [token ?? 0, agent ?? 0];
  }

  get object() {
    return env.HOST.getByName(String(this.hostId));
  }

  async read(): Promise<Stored> {
    const [jobs, rows, token] = await env.DB.batch([
      env.DB.prepare(
        `SELECT j.id, j.status, j.attempt, j.holder, j.status_reason AS reason, j.scheduled_at AS dueAt,
           j.cancel_requested_at AS cancelRequestedAt, j.schedule_id AS scheduleId,
           s.on_lost = 'requeue' AS requeues, s.max_attempts AS maxAttempts,
           a.active AND a.deleted_at IS NULL AND s.paused_at IS NULL AS handedOut
         FROM jobs j JOIN schedules s ON s.id = j.schedule_id JOIN agents a ON a.id = j.agent_id
         WHERE j.host_id = ?1 AND j.project_id = ?2 ORDER BY j.id`,
      ).bind(this.hostId, this.ground.projectId),
      env.DB.prepare(
        `SELECT h.id, h.job_id AS jobId, h.at, h.attempt, h.from_status AS "from", h.to_status AS "to", h.by, h.reason
         FROM jobs j JOIN job_history h ON h.job_id = j.id
         WHERE j.host_id = ?1 AND j.project_id = ?2 AND h.id > ?3 ORDER BY h.id`,
      ).bind(this.hostId, this.ground.projectId, this.#seen),
      env.DB.prepare("SELECT id FROM tokens WHERE id = ?1 AND revoked_at IS NOT NULL").bind(this.tokenId),
    ]);
    const stored = {
      jobs: z.array(job).parse(jobs?.results),
      rows: z.array(row).parse(rows?.results),
      revoked: token?.results.length === 1,
    };
    this.#seen = stored.rows.at(-1)?.id ?? this.#seen;
    return stored;
  }
}
