import { sql } from "drizzle-orm";
import type { Actor } from "../../access/permissions.ts";
import type { Database } from "../../database/database.ts";
import type { Presence } from "../../database/enums.ts";
import { type HostFilter, scannedHosts } from "./store.ts";

/** How many of the hosts that a list looks through have each presence, in one round trip. */
export const readHostCounts = async (
  db: Database,
  actor: Actor,
  filter: Omit<HostFilter, "since" | "now">,
) => {
  const { found } = scannedHosts(actor, filter);
  const [rows] = await db.batch([
    db.read<Record<Presence, number>>(
      sql`SELECT COUNT(CASE WHEN presence = 'Online' THEN 1 END) AS Online,
        COUNT(CASE WHEN presence = 'Offline' THEN 1 END) AS Offline FROM (${found}) hosts`,
    ),
  ]);
  return rows[0] ?? { Online: 0, Offline: 0 };
};
