import { and, eq, isNull, notExists, or, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import { agents } from "../database/schema.ts";

/** The agents table, joined a second time to find another agent with the same number. */
export const other = alias(agents, "other");

/**
 * Condition: no other agent matched by `clash` has this number at this host. A deleted agent counts only in the project
 * `keptIn`, where it can be restored.
 */
export const numberFree = (
  db: Database,
  {
    hostId,
    clientNumber,
    clash,
    keptIn,
  }: { hostId: number; clientNumber: string; clash: SQL; keptIn?: number },
) =>
  notExists(
    db.build
      .select({ id: other.id })
      .from(other)
      .where(
        and(
          eq(other.hostId, hostId),
          eq(other.clientNumber, clientNumber),
          or(isNull(other.deletedAt), keptIn === undefined ? undefined : eq(other.projectId, keptIn)),
          clash,
        ),
      ),
  );
