import { and, eq, isNull, notExists, or, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database } from "../database/database.ts";
import { agents } from "../database/schema.ts";

/** The agent that a number may be of. */
export const other = alias(agents, "other");

/** No other agent that `clash` picks has this number at this host; a deleted one has it only in the project `keptIn`, where it may come back. */
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
