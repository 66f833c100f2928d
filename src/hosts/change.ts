import type { Database } from "../database/database.ts";

/**
 * What a store needs that may open jobs: the objects of these hosts, and of no others, have been told that a change
 * is under way (hosts/quiet.ts). `db` starts no try that would come too late.
 */
export class Change {
  readonly db: Database;
  readonly hosts: readonly number[];

  constructor(db: Database, hosts: readonly number[]) {
    this.db = db;
    this.hosts = hosts;
  }
}
