import { type SQL, sql } from "drizzle-orm";

/** The last contact of a host that D1 knows of; NULL: none. A ping is known to the half hour: its object knows it to the minute. */
export const KNOWN_CONTACT: SQL = sql`NULLIF(MAX(IFNULL(hosts.last_ping_at, 0), IFNULL(hosts.contact_at, 0),
  IFNULL(hosts.connected_at, 0)), 0)`;
