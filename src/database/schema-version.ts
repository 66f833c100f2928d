import journal from "../../drizzle/meta/_journal.json";

/** The number of the newest migration: an export of a higher one has what this version does not know. */
export const SCHEMA_VERSION = Math.max(...journal.entries.map(({ idx }) => idx));
