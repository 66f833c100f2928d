import type { ObjectTable } from "../database/object-copy.ts";

/**
 * The tables of a host's object that are exported: its contact and signs, the runs under a lease, and what R2 has not of
 * logs. The rest is read of D1 again, or over within a minute: what is known of D1, hidden jobs, tickets.
 */
export const COPIED_HOST: readonly ObjectTable[] = [
  { name: "host", key: ["one"] },
  { name: "signs", key: ["one"] },
  { name: "leases", key: ["job"], where: "accepted" },
  { name: "logs", key: ["job", "attempt"] },
  { name: "log_parts", key: ["job", "attempt", "place"], bytes: "bytes" },
];

/** The tables that an export leaves out. */
export const HOST_NOT_COPIED: readonly string[] = ["knowledge", "tokens", "tickets"];
