#!/bin/sh
# workerd 1.20261102.1, through miniflare 5.20261102.0-beta: "INSERT ... RETURNING" in a Durable Object's SQLite.
#
# Guess: the rows are there whether or not the cursor is read, since SQLite makes all changes before it gives the first
# row; a cursor that is left is closed when the call ends, as that of a SELECT is.
# Seen: a cursor with a row that nobody read keeps the write from being committed. The call itself goes on, sees its rows
# and returns; then its caller gets an internal error, and nothing that the call wrote is kept, not even by other
# statements. "const [row] = cursor" is such a case where two rows come back. A SELECT that was left does no harm.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@5.20261102.0-beta workerd@1.20261102.1
cat >worker.js <<'JS'
import { DurableObject } from "cloudflare:workers";
const WAYS = {
  all: (sql) => sql.exec("INSERT INTO t VALUES (1), (2) RETURNING a").toArray(),
  none: (sql) => sql.exec("INSERT INTO t VALUES (1), (2) RETURNING a"),
  first: (sql) => {
    const [row] = sql.exec("INSERT INTO t VALUES (1), (2) RETURNING a");
    return row;
  },
  select: (sql) => {
    sql.exec("INSERT INTO t VALUES (1), (2)");
    return sql.exec("SELECT a FROM t").next();
  },
};
export class Table extends DurableObject {
  write(way) {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS t (a INTEGER)");
    sql.exec("INSERT INTO t VALUES (0)");
    WAYS[way](sql);
    return sql.exec("SELECT count(*) AS count FROM t").one().count;
  }
  count() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS t (a INTEGER)");
    return sql.exec("SELECT count(*) AS count FROM t").one().count;
  }
}
export default {
  async fetch(request, { TABLE }) {
    const seen = [];
    for (const way of Object.keys(WAYS)) {
      const written = await TABLE.getByName(way).write(way).catch(({ message }) => message.split(";")[0]);
      seen.push(`${way}: ${written}, then ${await TABLE.getByName(way).count()}`);
    }
    return new Response(seen.join("; "));
  },
};
JS
cat >run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Miniflare } from "miniflare";
const config = {
  name: "worker",
  compatibilityDate: "2026-11-01",
  manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents: readFileSync("worker.js", "utf8") } } },
  env: { TABLE: { type: "durable-object", worker: "worker", exportName: "Table" } },
  exports: { Table: { type: "durable-object", storage: "sqlite" } },
};
const miniflare = new Miniflare({ workers: [{ config }], handleStructuredLogs: () => {} });
try {
  console.log(await (await miniflare.dispatchFetch("http://worker/")).text());
} finally {
  await miniflare.dispose();
}
JS
seen=$(timeout 60 node run.mjs)
if [ "$seen" = "all: 3, then 3; none: internal error, then 0; first: internal error, then 0; select: 3, then 3" ]; then
  echo "workerd 1.20261102.1 undoes a call's writes if a row of its INSERT ... RETURNING was not read"
else
  echo "workerd has changed: $seen"
  exit 1
fi
