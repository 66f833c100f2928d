import { DurableObject } from "cloudflare:workers";
import { hostClientFor, ifAvailable } from "../host-object/client.ts";
import { LazyTables } from "../host-object/lazy-tables.ts";
import { log } from "../log.ts";
import type { TokenHostsProtocol } from "./protocol.ts";

/** How many hosts are told at once. */
const MAX_AT_ONCE = 50;
/** When to tell a host again whose object did not answer. */
const RETRY_MS = 5000;

/** `tell_at`: when the host must read the token again, in epoch milliseconds; null: not known yet. */
const TABLE = {
  create: `CREATE TABLE IF NOT EXISTS hosts
    (id INTEGER PRIMARY KEY, token_id INTEGER NOT NULL, tell_at INTEGER) WITHOUT ROWID`,
  find: "SELECT 1 FROM sqlite_master WHERE name = 'hosts'",
};

/**
 * The hosts that opened sockets by one token which is limited to none of them. When the token is revoked or
 * gets another secret, they are told to read it again, and close the sockets that it no longer opens. A host
 * that has no such socket is forgotten when it is told.
 */
export abstract class TokenHostsObject extends DurableObject<Env> implements TokenHostsProtocol {
  readonly #tables = new LazyTables(this.ctx.storage.sql, TABLE);

  /** Epoch milliseconds. */
  protected abstract clock(): number;

  async opened(tokenId: number, hostId: number): Promise<void> {
    this.#tables.sql.exec("INSERT OR IGNORE INTO hosts (id, token_id) VALUES (?, ?)", hostId, tokenId);
  }

  async changes(at: number): Promise<void> {
    if (this.#tables.areMissing) return;
    this.#tables.sql.exec("UPDATE hosts SET tell_at = MIN(COALESCE(tell_at, ?), ?)", at, at);
    await this.#setAlarm();
  }

  /** Tells the hosts whose time has come. */
  override async alarm({ scheduledTime }: AlarmInvocationInfo): Promise<void> {
    const now = Math.max(scheduledTime, this.clock());
    const due = this.#tables.sql
      .exec<{ id: number; token_id: number }>(
        "SELECT id, token_id FROM hosts WHERE tell_at <= ? ORDER BY tell_at, id LIMIT ?",
        ...[now, MAX_AT_ONCE],
      )
      .toArray();
    await Promise.all(due.map(({ id, token_id }) => this.#tell(id, token_id, now)));
    await this.#setAlarm();
  }

  async #tell(hostId: number, tokenId: number, now: number): Promise<void> {
    const { sql } = this.#tables;
    // A change during the call sets the time anew.
    sql.exec("UPDATE hosts SET tell_at = ? WHERE id = ?", now + RETRY_MS, hostId);
    const host = hostClientFor(this.env, now);
    const answer = await ifAvailable(
      host(hostId, (object) => object.tokenChanged(tokenId)),
      log,
    );
    if (!answer) return;
    const isUnchanged = "id = ? AND tell_at = ?";
    if (answer.reply.sockets === 0)
      sql.exec(`DELETE FROM hosts WHERE ${isUnchanged}`, hostId, now + RETRY_MS);
    else sql.exec(`UPDATE hosts SET tell_at = NULL WHERE ${isUnchanged}`, hostId, now + RETRY_MS);
  }

  async #setAlarm(): Promise<void> {
    const [next] = this.#tables.sql
      .exec<{ at: number | null }>("SELECT MIN(tell_at) AS at FROM hosts")
      .toArray();
    if (next?.at != null) await this.ctx.storage.setAlarm(next.at);
  }
}
