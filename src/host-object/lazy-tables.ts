/**
 * Tables in an object's own SQLite that are created with the first write. An object that is only read stores nothing,
 * not even empty tables.
 */
export class LazyTables {
  readonly #bare: SqlStorage;
  readonly #create: string;
  readonly #find: string;
  #areThere = false;

  /** `create`: the statements that create the tables, if they are missing. `find`: finds a row if they are there. */
  constructor(sql: SqlStorage, { create, find }: { create: string; find: string }) {
    this.#bare = sql;
    this.#create = create;
    this.#find = find;
  }

  /** The storage, with the tables. */
  get sql(): SqlStorage {
    if (!this.#areThere) this.create();
    return this.#bare;
  }

  create(): void {
    this.#bare.exec(this.#create);
    this.#areThere = true;
  }

  /** Whether there is nothing to read yet. */
  get areMissing(): boolean {
    return !this.#areThere && this.#bare.exec(this.#find).toArray().length === 0;
  }
}
