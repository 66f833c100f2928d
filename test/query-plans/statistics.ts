import { env } from "cloudflare:workers";
import { z } from "zod";

/** How many rows the tables hold of an installation of 100,000 hosts after its first months; the others 100,000. */
const ROWS: Record<string, number> = {
  site: 1,
  projects: 1_000,
  schedules: 300_000,
  snapshots: 400_000,
  test_runs: 500_000,
  jobs: 5_000_000,
  job_history: 12_000_000,
  presence_history: 5_000_000,
  audit: 5_000_000,
};
const ROWS_OF_OTHERS = 100_000;
/** A partial index holds one in so many of its table's rows; one of runs in progress fewer still. */
const ONE_IN = 20;
const RUNNING_ONE_IN = 500;

/** How many different values a column has, by its name; in the others each row has its own. */
const VALUES: Record<string, number> = {
  project_id: 1_000,
  host_id: 100_000,
  agent_id: 150_000,
  schedule_id: 300_000,
  snapshot_id: 400_000,
  job_id: 5_000_000,
  token_id: 100_000,
  client_number: 10,
  presence: 2,
  status: 6,
  run_number: 2,
  action: 40,
  object_kind: 10,
};

/** In SQLite's words: an index's rows, then how many have one value of its first column, of its first two, and so on. */
const wordsFor = (rows: number, columns: readonly string[]): string => {
  let alike = rows;
  const prefixes = columns.map((column) => {
    alike = Math.max(1, Math.ceil(alike / (VALUES[column] ?? rows)));
    return alike;
  });
  return [rows, ...prefixes].join(" ");
};

const indexes = z.array(
  z.object({ table: z.string(), index: z.string(), one_in: z.int(), columns: z.string() }),
);

/** From here on D1 plans without statistics, as it is deployed: the product never runs ANALYZE. */
export const knowNothing = () =>
  env.DB.batch(
    ["ANALYZE site", "DELETE FROM sqlite_stat1", "ANALYZE sqlite_schema"].map((text) => env.DB.prepare(text)),
  );

/** From here on D1 plans with the statistics of large tables, for all tables and indexes. */
export const knowLargeTables = async () => {
  const { results } = await env.DB.prepare(
    `SELECT t.name AS "table", l.name AS "index", group_concat(COALESCE(c.name, '')) AS columns,
       CASE WHEN NOT l.partial THEN 1 WHEN i.sql GLOB '*WHERE status = ''RUNNING''*' THEN ?1 ELSE ?2 END AS one_in
     FROM sqlite_schema t JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) c
       JOIN sqlite_schema i ON i.name = l.name
     WHERE t.type = 'table' AND t.name NOT GLOB '_*' GROUP BY l.name`,
  )
    .bind(RUNNING_ONE_IN, ONE_IN)
    .all();
  const counted = indexes.parse(results).map(({ table, index, one_in, columns }) => {
    const rows = (ROWS[table] ?? ROWS_OF_OTHERS) / one_in;
    return [table, index, wordsFor(rows, columns.split(","))];
  });
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO sqlite_stat1 SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
    ).bind(JSON.stringify(counted)),
    env.DB.prepare("ANALYZE sqlite_schema"),
  ]);
};
