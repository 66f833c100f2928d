/** How long a ticket is valid. */
const TICKET_MS = 30_000;
/** How many unused tickets a host may have. */
const MAX_TICKETS = 16;

/**
 * Tickets for processes that can't send a header. Each opens one socket. Stored in the object's own SQLite.
 */
export class TicketTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Stores the digest of a ticket with the digest of its token's secret. */
  issue(ticket: string, secret: string, now: number): void {
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS tickets (ticket TEXT PRIMARY KEY, secret TEXT NOT NULL, good_until INTEGER NOT NULL)",
    );
    this.#sql.exec("DELETE FROM tickets WHERE good_until <= ?", now);
    this.#sql.exec(
      `DELETE FROM tickets WHERE ticket IN
       (SELECT ticket FROM tickets ORDER BY good_until DESC LIMIT -1 OFFSET ?)`,
      MAX_TICKETS - 1,
    );
    this.#sql.exec(
      "INSERT INTO tickets (ticket, secret, good_until) VALUES (?1, ?2, ?3) ON CONFLICT (ticket) DO NOTHING",
      ticket,
      secret,
      now + TICKET_MS,
    );
  }

  /** Deletes a ticket and returns its secret's digest; null if the ticket is not valid. */
  redeem(ticket: string, now: number): string | null {
    const found = this.#sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'tickets'").toArray();
    if (found.length === 0) return null;
    const [row] = this.#sql
      .exec<{ secret: string; good_until: number }>(
        "DELETE FROM tickets WHERE ticket = ? RETURNING secret, good_until",
        ticket,
      )
      .toArray();
    return row && row.good_until > now ? row.secret : null;
  }
}
