import { type SQL, sql } from "drizzle-orm";
import { jobHistory, site } from "../database/schema.ts";

/** A column of `site`: the last row of the history that a count has read. */
type Cursor = typeof site.countedHistoryId | typeof site.measuredHistoryId;

/** The first rows of the history, at most `most`, that a count has not read. */
export const freshHistory = (cursor: Cursor, most: number): SQL => sql`(SELECT * FROM ${jobHistory}
  WHERE ${jobHistory.id} > (SELECT ${cursor} FROM ${site} WHERE ${site.id} = 1) ORDER BY ${jobHistory.id} LIMIT ${most})`;

/** Statement, in the batch of the count: these rows are read. It changes nothing if there are none. */
export const historyRead = (cursor: Cursor, most: number): SQL => sql`
  UPDATE ${site} SET ${sql.identifier(cursor.name)} = (SELECT MAX(id) FROM ${freshHistory(cursor, most)})
  WHERE EXISTS (SELECT 1 FROM ${jobHistory} WHERE ${jobHistory.id} > ${cursor})`;
