import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const HOUR = 3_600_000;

/** A number from 0 to 1 that is the same for the same seed: pictures differ by nothing but the date. */
const chance = (seed: number): number => (Math.sin(seed * 12.9898) * 43_758.5453) % 1;

/**
 * Gives the jobs in a stopped server's database a history: each ended after its time, and the hosts came and
 * went. Only for pictures: the product writes no such rows.
 */
export const writePast = (stateDir: string, now: number): void => {
  const [path] = globSync(join(stateDir, "v3/d1/*/*.sqlite")).filter((file) => !file.includes("metadata"));
  if (path === undefined) throw new Error(`no database in ${stateDir}`);
  const database = new DatabaseSync(path);
  database.exec(`
    UPDATE job_history SET at = (SELECT scheduled_at FROM jobs WHERE jobs.id = job_id)
      + iif(to_status = 'RUNNING', 20000, 60000 * (2 + job_id % 17));
    UPDATE jobs SET started_at = scheduled_at + 20000, status_changed_at = scheduled_at + 60000 * (2 + id % 17)
      WHERE status IN ('COMPLETED', 'FAILED', 'CANCELLED');
    UPDATE jobs SET started_at = ${now} - 60000 * (3 + id % 11), status_changed_at = ${now} - 60000 * (3 + id % 11)
      WHERE status = 'RUNNING';
    UPDATE jobs SET scheduled_at = started_at - 15000 WHERE status = 'RUNNING';
    UPDATE hosts SET registered_at = ${now} - 30 * 24 * ${HOUR};
    DELETE FROM outcomes;
    UPDATE site SET counted_history_id = 0;
    DELETE FROM presence_history;
  `);
  const window = now - (now % (HOUR / 2));
  const hosts = database.prepare("SELECT id FROM hosts ORDER BY id").all() as { id: number }[];
  const turn = database.prepare(
    "INSERT OR REPLACE INTO presence_history (host_id, at, presence) VALUES (?, ?, ?)",
  );
  const settle = database.prepare(
    "UPDATE hosts SET presence = ?, presence_changed_at = ?, last_ping_at = ?, previous_ping_at = NULL WHERE id = ?",
  );
  for (const [place, { id }] of hosts.entries()) {
    const isOnline = place % 5 !== 3;
    let at = window - 9 * 24 * HOUR;
    let online = true;
    let changed = at;
    for (let step = 0; at < window - 8 * HOUR; step++) {
      turn.run(id, at, online ? "Online" : "Offline");
      changed = at;
      const hours = online
        ? 20 + 60 * Math.abs(chance(id * 31 + step))
        : 2 + 9 * Math.abs(chance(id * 17 + step));
      at += Math.floor(hours * 2) * (HOUR / 2);
      online = !online;
    }
    // The last turn is the one that stands now.
    if (!online !== isOnline) {
      changed = window - 5 * HOUR;
      turn.run(id, changed, isOnline ? "Online" : "Offline");
    }
    settle.run(isOnline ? "Online" : "Offline", changed, isOnline ? window - 300_000 : changed - 300_000, id);
  }
  database.close();
};
