import type { Beliefs } from "./client-knowledge.ts";
import { judgeDoubts } from "./doubts.ts";
import { demand, isEnded, judgeMoves } from "./moves.ts";
import { Openings } from "./openings.ts";
import { judgeRows } from "./rows.ts";
import { RETENTION_MS, type Scene } from "./scene.ts";
import type { HistoryRow, JobRow, ScheduleRow } from "./stored.ts";

/** What one step did to the jobs in D1. */
interface Observed {
  before: Map<number, JobRow>;
  after: Map<number, JobRow>;
  rows: HistoryRow[];
  /** The jobs that are no longer there. */
  gone: JobRow[];
}

const byId = <Row extends { id: number }>(rows: readonly Row[]): Map<number, Row> =>
  new Map(rows.map((row) => [row.id, row]));

/** A job as each one begins. */
const asMade = (job: JobRow): JobRow => ({
  ...job,
  status: "PLANNED",
  attempt: 1,
  holder: null,
  reason: null,
  startedAt: null,
  begun: 0,
});

/** Since when a job is past. */
const pastSince = ({ changedAt, dueAt }: JobRow): number => Math.max(changedAt, dueAt);

/** What D1 held when it was last read, and what each step may have done to it. */
export class Observer {
  jobs = new Map<number, JobRow>();
  schedules = new Map<number, ScheduleRow>();
  /** All that D1 held. */
  database = "";
  readonly #openings = new Openings();
  readonly #scene: Scene;
  readonly #beliefs: Beliefs;

  constructor(scene: Scene, beliefs: Beliefs) {
    this.#scene = scene;
    this.#beliefs = beliefs;
  }

  async begin(): Promise<void> {
    const { jobs, schedules, whole } = await this.#scene.read();
    this.database = whole;
    this.jobs = byId(jobs);
    this.schedules = byId(schedules);
  }

  /** What a step leaves that moves nothing. */
  unchanged(): Observed {
    return { before: this.jobs, after: this.jobs, rows: [], gone: [] };
  }

  /** Reads what D1 holds now, and checks that a step at the time `at` may have made it. */
  async observe(at = this.#scene.world.now): Promise<Observed> {
    const before = this.jobs;
    const { jobs, rows, schedules, revoked, whole } = await this.#scene.read();
    this.database = whole;
    if (revoked) this.#beliefs.revokedAt ??= this.#scene.world.now;
    const after = byId(jobs);
    const rowsOf = Map.groupBy(rows, ({ jobId }) => jobId);
    for (const [id, is] of after) {
      const was = before.get(id);
      const own = rowsOf.get(id) ?? [];
      judgeMoves(was ?? asMade(is), is, own);
      if (was) this.#beliefs.moved(was, is, own);
      this.#openings.judge(was, is, { rows: own, now: at });
    }
    this.jobs = after;
    this.schedules = byId(schedules);
    this.#openings.judgeMadeUp(after.values(), this.schedules);
    return { before, after, rows, gone: [...before.values()].filter(({ id }) => !after.has(id)) };
  }

  /** Checks what an alarm or a tick did, which went by the time `at`. */
  async judgeClock(at = this.#scene.world.now): Promise<Observed> {
    const observed = await this.observe(at);
    const { before, after, rows, gone } = observed;
    for (const row of rows) demand(row.by === "clock", "the clock is nobody else", rows);
    judgeRows("any", { before, rows });
    judgeDoubts(before, after, false);
    const { now } = this.#scene.world;
    const early = gone.filter((job) => !isEnded(job) || pastSince(job) >= now - RETENTION_MS);
    demand(early.length === 0, "the clock drops no job so soon", early);
    return observed;
  }
}
