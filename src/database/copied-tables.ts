import { getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { type CopiedTable, type KeyValue, SEQUENCES } from "./copy-sql.ts";
import {
  agents,
  alarms,
  audit,
  blackouts,
  formerSecrets,
  hostSigns,
  hosts,
  jobHistory,
  jobs,
  metrics,
  outcomes,
  presenceHistory,
  projects,
  replays,
  restores,
  schedules,
  site,
  snapshots,
  testRuns,
  tokens,
  webhookDeliveries,
  webhooks,
} from "./schema.ts";

/** A table of D1 as it is exported and restored. */
export interface DatabaseTable extends CopiedTable {
  /** What every key is above: the values to begin behind. */
  start: readonly KeyValue[];
  /** Its ids are never given again: it is read up to the highest id of the moment when the export began. */
  hasOwnIds: boolean;
  /** The columns of its foreign keys with the tables that they name. A table without ids of its own is read up to theirs. */
  parents: readonly { column: string; table: string }[];
  /** Its rows change together with those of other tables that count them: a row that comes again takes the new values. */
  moves: boolean;
  /** The column of a foreign key that may name a row which came after the export began: that row comes before. */
  later?: { column: string; table: string };
  /** The column of the time at which a row came; rows that came after the export began are left out. */
  cameAt?: string;
}

interface Extra {
  moves?: boolean;
  later?: { column: string; table: string };
  cameAt?: string;
}

const copied = (table: SQLiteTable, { moves = false, ...extra }: Extra = {}): DatabaseTable => {
  const { name, columns, primaryKeys, foreignKeys } = getTableConfig(table);
  const own = columns.filter(({ primary }) => primary);
  const parts = own.length > 0 ? own : (primaryKeys[0]?.columns ?? []);
  return {
    name,
    columns: columns.map((column) => column.name),
    key: parts.map((column) => column.name),
    start: parts.map((column) => (column.getSQLType() === "text" ? "" : -1)),
    hasOwnIds: own.some((column) => "autoIncrement" in column && column.autoIncrement === true),
    parents: foreignKeys.flatMap((each) => {
      const {
        columns: [column],
        foreignTable,
      } = each.reference();
      return column ? [{ column: column.name, table: getTableConfig(foreignTable).name }] : [];
    }),
    moves,
    ...extra,
  };
};

/** The tables of D1 in the order of an export: a table comes before those that name it. */
interface CopiedTables {
  first: readonly DatabaseTable[];
  /** What the tick counts, and up to where: read again if a tick came between. */
  counts: readonly DatabaseTable[];
  /** So that nobody but the deployment's own token changes anything before all is restored. */
  last: readonly DatabaseTable[];
  all: readonly DatabaseTable[];
  /** The names of those whose rows have ids that are never given again. */
  numbered: readonly string[];
}

/** A new table is named here, in `first` or `counts`, or below. A test names one that is missing. */
const listTables = () => ({
  first: [
    copied(projects),
    copied(hosts),
    copied(presenceHistory),
    copied(agents),
    copied(testRuns),
    copied(snapshots),
    copied(schedules, { later: { column: "snapshot_id", table: "snapshots" } }),
    copied(blackouts),
    copied(jobs),
    copied(jobHistory),
    copied(hostSigns),
    copied(alarms),
    copied(audit),
    copied(replays, { cameAt: "at" }),
  ],
  counts: [
    copied(outcomes, { moves: true }),
    copied(metrics, { moves: true }),
    copied(site, { moves: true }),
  ],
  last: [
    { ...SEQUENCES, start: [""], hasOwnIds: false, parents: [], moves: true },
    copied(webhooks),
    copied(webhookDeliveries),
    copied(tokens),
    copied(formerSecrets),
  ],
});

/** The tables that an export leaves out. */
export const NOT_COPIED: readonly string[] = [getTableName(restores)];

let made: CopiedTables | undefined;

/** The tables that are exported. Made at first use: few isolates need them. */
export const copiedTables = (): CopiedTables => {
  if (made) return made;
  const lists = listTables();
  const all: readonly DatabaseTable[] = [...lists.first, ...lists.counts, ...lists.last];
  const numbered = all.filter(({ hasOwnIds }) => hasOwnIds).map(({ name }) => name);
  made = { ...lists, all, numbered };
  return made;
};
