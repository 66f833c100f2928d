import * as z from "zod";
import type { Call } from "../call.ts";
import { isUnfit } from "../database/copy-sql.ts";
import type { Database } from "../database/database.ts";
import { causeChain } from "../database/retry.ts";
import { SCHEMA_VERSION } from "../database/schema-version.ts";
import { described } from "../wire/described.ts";
import { whole, wholeInQuery } from "../wire/fields.ts";
import { DomainError, invalid } from "../wire/refusals.ts";
import { EXPORT_FORMAT } from "./export-pages.ts";
import { restoredIn, type Section } from "./restore-lines.ts";
import {
  endRestore,
  putRows,
  type RestoreRow,
  readRestore,
  type SentRows,
  startRestore,
} from "./restore-store.ts";
import { putSmallFiles } from "./small-files.ts";

const DIGEST_FORM = "must be the SHA-256 of the export, 64 digits in hex";
const digest = () => z.string(DIGEST_FORM).regex(/^[0-9a-f]{64}$/, DIGEST_FORM);
const MAX_LINES = 1e12;

export const DIGEST_EXAMPLE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

export const RESTORE = "The SHA-256 of the export's lines but the last, in hex: it names the restore.";

export const beginInput = described(
  z.object({ restore: digest(), format: whole({ from: 1 }), schema: whole({ from: 0 }) }),
  {
    fields: {
      restore: RESTORE,
      format: "The number of the export's format, from its first line.",
      schema:
        "The number of the newest migration of the installation that it was made of, from its first line.",
    },
    example: {
      restore: DIGEST_EXAMPLE,
      format: 1,
      schema: 16,
    },
  },
);

export const finishInput = described(z.object({ restore: digest() }), {
  fields: { restore: RESTORE },
  example: { restore: DIGEST_EXAMPLE },
});

export const restoreField = digest;
export const DONE =
  "How many lines of the export, from its first, are surely stored: a restore that broke off goes on there.";
export const doneField = () => wholeInQuery({ from: 0, to: MAX_LINES }).default(0);

export const linesQuery = described(z.object({ restore: digest(), lines_done: doneField() }), {
  fields: { restore: RESTORE, lines_done: DONE },
});

const NOT_EMPTY =
  "this installation is not empty, and nothing of it is overwritten; restore into a new Worker with a database and a bucket of its own";

/** The restore that is to go on. Throws `installation_in_use` for another one, or none. */
const demand = (row: RestoreRow | undefined, sent: string): RestoreRow => {
  if (!row) throw new DomainError("installation_in_use", NOT_EMPTY);
  if (row.digest === sent) return row;
  throw new DomainError(
    "installation_in_use",
    row.finishedAt === null
      ? "the restore of another export is under way here; go on with that one, or restore into a new Worker"
      : NOT_EMPTY,
  );
};

/** The same of one that is under way. */
const demandOpen = (row: RestoreRow | undefined, sent: string): RestoreRow => {
  if (!row)
    throw new DomainError("installation_in_use", "no restore of this export has begun here; begin it first");
  const found = demand(row, sent);
  if (found.finishedAt === null) return found;
  throw new DomainError(
    "installation_in_use",
    "this export is restored, and hosts may have come: nothing is changed",
  );
};

/** Throws `installation_in_use` unless the restore is under way. */
export const refuseUnlessRestoring = async ({ db }: Pick<Call, "db">, restore: string): Promise<void> => {
  demandOpen(await readRestore(db), restore);
};

/** Notes how many lines are stored. Throws `installation_in_use` unless the restore is under way. */
export const noteLines = async (
  { db }: Pick<Call, "db">,
  { restore, linesDone }: { restore: string; linesDone: number },
): Promise<void> => {
  demandOpen(await putRows(db, [], { digest: restore, linesDone }), restore);
};

/** Whether a restore is under way. The installation is not whole then. */
export const isRestoring = async (db: Database): Promise<boolean> => {
  const row = await readRestore(db);
  return row !== undefined && row.finishedAt === null;
};

/**
 * Begins the restore of an export, or goes on with it, in an installation that is empty. Throws `export_newer`,
 * `installation_in_use`.
 */
export const beginRestore = async (
  { db, now, log }: Call,
  { restore, format, schema }: z.output<typeof beginInput>,
): Promise<RestoreRow> => {
  if (format > EXPORT_FORMAT || schema > SCHEMA_VERSION)
    throw new DomainError(
      "export_newer",
      `the export is of format ${format} and schema ${schema}, and this installation knows format ${EXPORT_FORMAT} and schema ${SCHEMA_VERSION}; deploy the version that made it, or a newer one, then restore`,
    );
  const row = demand(await startRestore(db, { digest: restore, now }), restore);
  log("restore_begun", { digest: restore, schema, lines_done: row.linesDone });
  return row;
};

const unfit = (why: string): DomainError =>
  invalid([{ field: "body", message: `has rows that do not fit what is there: ${why.slice(0, 200)}` }]);

/** Throws `invalid` for rows that the tables refuse. */
const putInDatabase = async (
  { db }: Call,
  sections: readonly SentRows[],
  place: { digest: string; linesDone: number },
): Promise<void> => {
  try {
    demandOpen(await putRows(db, sections, place), place.digest);
  } catch (error) {
    const why = error instanceof DomainError ? undefined : causeChain(error).find(isUnfit);
    throw why === undefined ? error : unfit(why);
  }
};

const isOfDatabase = ({ target }: Section): boolean => "hasOwnIds" in target;

const sentRows = (sections: readonly Section[]): SentRows[] =>
  sections.flatMap(({ target, columns, rows }) =>
    "hasOwnIds" in target && rows.length > 0 ? [{ table: target, columns, rows }] : [],
  );

/** The sections of each object, in their order. */
const byObject = (sections: readonly Section[]): Section[][] => [
  ...Map.groupBy(
    sections.filter((section) => !isOfDatabase(section)),
    ({ target }) => ("kind" in target ? `${target.kind} ${target.id}` : ""),
  ).values(),
];

const putInObject = async (
  { results, host, now }: Call,
  sections: readonly Section[],
  mark: string,
): Promise<void> => {
  const target = sections[0]?.target;
  if (!target || !("kind" in target)) return;
  const { kind, id } = target;
  const sent = sections.map(({ target: of, columns, rows }) => ({
    table: "table" in of ? of.table : "",
    columns,
    rows,
  }));
  const reply =
    kind === "project"
      ? await results(id, (object) => object.restoreRows(mark, sent, now))
      : await host(id, (object) => object.restoreRows(mark, sent, now));
  if (reply.outcome === "unfit") throw unfit(reply.why);
  if (reply.outcome === "taken") return;
  const what = kind === "project" ? `results of project ${id}` : `runs of host ${id}`;
  throw new DomainError(
    "installation_in_use",
    `there are ${what} already, though the database is new; restore into a Worker of another name, which has none`,
  );
};

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** Throws `invalid`. */
const textIn = (bytes: Uint8Array): string => {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw invalid([{ field: "body", message: "must be UTF-8 text" }]);
  }
};

/** Stores lines of an export. Sent again, they change nothing. Throws `invalid`, `installation_in_use`. */
export const restoreLines = async (
  call: Call,
  { restore, lines_done: linesDone }: z.output<typeof linesQuery>,
  bytes: Uint8Array,
): Promise<void> => {
  const { sections, files } = restoredIn(textIn(bytes));
  const objects = byObject(sections);
  const place = { digest: restore, linesDone };
  if (objects.length + files.length > 0) await refuseUnlessRestoring(call, restore);
  await Promise.all(objects.map((each) => putInObject(call, each, restore)));
  await putSmallFiles(call, files);
  await putInDatabase(call, sentRows(sections), place);
};

/** Ends a restore: from now on the installation is as any other. Ended again, nothing changes. Throws `installation_in_use`. */
export const finishRestore = async ({ db, now, log }: Call, restore: string): Promise<RestoreRow> => {
  const row = await endRestore(db, { digest: restore, now });
  if (!row)
    throw new DomainError("installation_in_use", "no restore of this export has begun here; begin it first");
  const found = demand(row, restore);
  log("restore_finished", { digest: restore });
  return found;
};
