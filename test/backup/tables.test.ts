import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { copiedTables, NOT_COPIED } from "../../src/database/copied-tables.ts";
import { COPIED_HOST, HOST_NOT_COPIED } from "../../src/host-object/copied-host.ts";
import { COPIED_RESULTS, RESULTS_NOT_COPIED } from "../../src/project-results/copied-results.ts";
import { FAR_START, leasedRun } from "../lease-client.ts";
import { jobPath, running } from "../results/junit.ts";
import { World } from "../world.ts";

const names = z.array(z.object({ name: z.string() }));

/** The tables of a schema, without those that SQLite or the platform makes of them. */
const TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'";
const isOwn = (name: string): boolean =>
  !/^(sqlite_|d1_migrations|restored$|(failures|failure_words|test_words)_)/.test(name);

const tablesOf = (object: DurableObjectStub): Promise<string[]> =>
  runInDurableObject(object, (_, { storage }) =>
    names
      .parse(storage.sql.exec(TABLES).toArray())
      .map(({ name }) => name)
      .filter(isOwn),
  );

const named = (copied: readonly { name: string }[], left: readonly string[]): string[] =>
  [...copied.map(({ name }) => name), ...left].filter(isOwn).toSorted();

describe("an export names each table, or says that it is left out: add it to the list that does not", () => {
  test("of D1 (database/copied-tables.ts), with the columns and keys that it has", async () => {
    const { results } = await env.DB.prepare(TABLES).all();
    const found = names
      .parse(results)
      .map(({ name }) => name)
      .filter(isOwn);
    expect(named(copiedTables().all, NOT_COPIED)).toEqual(found.toSorted());
    for (const { name, columns, key, start } of copiedTables().all) {
      const info = await env.DB.prepare(`SELECT name, pk FROM pragma_table_info('${name}')`).all();
      const parts = z.array(z.object({ name: z.string(), pk: z.int() })).parse(info.results);
      expect(parts.map((part) => part.name).toSorted(), name).toEqual([...columns].toSorted());
      const primary = parts.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
      if (name !== "sqlite_sequence")
        expect(
          primary.map((part) => part.name),
          name,
        ).toEqual(key);
      expect(start).toHaveLength(key.length);
    }
  });

  test("of a project's results (project-results/copied-results.ts)", async () => {
    const world = new World();
    const { projectId } = await running(world);
    const found = await tablesOf(env.PROJECT_RESULTS.getByName(String(projectId)));
    expect(named(COPIED_RESULTS, RESULTS_NOT_COPIED)).toEqual(found.toSorted());
  });

  test("of a host (host-object/copied-host.ts)", async () => {
    const world = new World({ now: FAR_START });
    const ready = await leasedRun(world);
    const log = await world.post(
      `${jobPath(ready)}/attempts/1/log?offset=0&lease_id=${ready.leaseId}`,
      "log",
    );
    expect(log.status, log.text).toBe(200);
    await world.ping(ready.hostId, ready.guid);
    const token = await world.token("host", { host_server_id: ready.hostId });
    const ticket = await world.post(`/api/v3/automation/hosts/${ready.hostId}/socket-ticket`, undefined, {
      token,
    });
    expect(ticket.status, ticket.text).toBeLessThan(300);
    const found = await tablesOf(env.HOST.getByName(String(ready.hostId)));
    const signs = found.includes("signs") ? [] : ["signs"];
    expect(named(COPIED_HOST, HOST_NOT_COPIED)).toEqual([...found, ...signs].toSorted());
  });

  test("a table comes before those that name it", () => {
    const order = copiedTables().all.map(({ name }) => name);
    for (const { name, parents } of copiedTables().all)
      for (const { table } of parents)
        expect(order.indexOf(table), `${table}, ${name}`).toBeLessThan(order.indexOf(name));
  });
});
