import type { World } from "../world.ts";

const COUNT = 1200;

/** Adds so many hosts, agents and schedules called otherwise, newer than one of each. */
export const manyLater = async (
  { env }: World,
  { agentId, schedule }: { agentId: number; schedule: number },
): Promise<void> => {
  const add = (sql: string) =>
    env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${COUNT}) ${sql}`,
    ).run();
  await add(`INSERT INTO hosts (guid, guid_as_sent, name, ip_address, mac_address, registered_at, creation_key)
    SELECT 'later' || i, 'later' || i, 'Later ' || i, 'x', 'x', 0, 'later' || i FROM n`);
  await add(`INSERT INTO agents (host_id, project_id, client_number, name, framework, framework_id, active, creation_key)
    SELECT host_id, project_id, 'later' || i, 'Later ' || i, 'x', 'x', 1, 'later' || i FROM n, agents WHERE id = ${agentId}`);
  await add(`INSERT INTO schedules (project_id, agent_id, snapshot_id, schedule_name, time_zone, overlap, missed, missed_within_minutes, on_lost, max_attempts, planned_until, created_at, creation_key)
    SELECT project_id, agent_id, snapshot_id, 'Later ' || i, 'UTC', 'skip', 'skip', 60, 'fail', 1, 0, 0, 'later' || i FROM n, schedules WHERE id = ${schedule}`);
};
