import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Sources, violations } from "./architecture.ts";

const present: Sources = new Map(
  ["src", "drizzle", "test"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path}`)
      .filter((path) => /\.(ts|tsx|sql)$/.test(path))
      .map((path): [string, string] => [path, readFileSync(path, "utf8")]),
  ),
);

/** Files that hold two things or more, and are not split yet. */
const NOT_SPLIT = [
  "src/console/schedule-form/pages.tsx",
  "src/console/schedules/list.tsx",
  "src/schedules/schedules.ts",
  "test/fault-injection.ts",
  "test/local/fresh-checkout.long.test.ts",
  "test/schedules/blackouts.test.ts",
  "test/host-program/bad-day.test.ts",
  "test/host-program/host-program.mutants.ts",
  "test/host-program/recipes/plans.test.ts",
  "test/host-program/recipes/readers.test.ts",
  "test/host-program/recipes/real/server-tools.ts",
  "test/model/changes.long.test.ts",
  "test/model/model.mutants.ts",
  "test/push/push.mutants.ts",
  "test/run-files/logs.test.ts",
  "test/run-files/uploads.test.ts",
  "test/results/results.mutants.ts",
];

const LONGER = {
  "src/database/schema.ts": "the whole relational model on one page",
  ...Object.fromEntries(NOT_SPLIT.map((path) => [path, "it is not split yet"])),
};

test("the sources hold the rules of who imports whom, of names, of length and of migrations", () => {
  expect(present.size).toBeGreaterThan(40);
  expect(violations(present, LONGER)).toEqual([]);
});

const lines = (count: number) => "// a line\n".repeat(count);

test.each([
  ["a route over a verb's head", "src/jobs/routes.ts", 'import { readJob } from "./store.ts";'],
  ["a verb that knows its route", "src/jobs/jobs.ts", 'import { jobRoutes } from "./routes.ts";'],
  ["a verb in another's store", "src/agents/agents.ts", 'import { readHost } from "../hosts/store.ts";'],
  ["a room above, if only its type", "src/jobs/poll.ts", 'import type { HostRow } from "../hosts/store.ts";'],
  ["the ground that knows a house", "src/wire/times.ts", 'import type { Call } from "../call.ts";'],
  ["a step that knows the tick", "src/jobs/overdue.ts", 'import type { Step } from "../tick.ts";'],
  ["an object that ends runs itself", "src/host-object/alarm.ts", 'import { end } from "../jobs/end.ts";'],
  ["a host program with the service in it", "src/host-program/run.ts", 'import { log } from "../log.ts";'],
  ["a client with the service in it", "src/client/client.ts", 'import { createApp } from "../app.ts";'],
  ["the client in the service", "src/jobs/jobs.ts", 'import { connect } from "../client/client.ts";'],
  ["the service in its start script", "src/local/start.ts", 'import { createApp } from "../app.ts";'],
  ["the start script in the service", "src/app.ts", 'import { portOf } from "./local/start.ts";'],
  ["a room that nobody listed", "src/extras/more.ts", ""],
  ["hono in a verb, if only its type", "src/jobs/jobs.ts", 'import type { Context } from "hono";'],
  ["drizzle in a verb", "src/jobs/jobs.ts", 'import { sql } from "drizzle-orm";'],
  ["drizzle's depths in a route", "src/jobs/routes.ts", 'import { alias } from "drizzle-orm/sqlite-core";'],
  ["the platform in a verb", "src/jobs/jobs.ts", 'import { env } from "cloudflare:workers";'],
  ["the machine in a verb", "src/jobs/jobs.ts", 'import { readFileSync } from "node:fs";'],
  ["an import over several lines", "src/jobs/routes.ts", 'import {\n  readJob,\n} from "./store.ts";'],
  ["an export of another's", "src/jobs/routes.ts", 'export { readJob } from "./store.ts";'],
  ["an import in the middle of running", "src/jobs/jobs.ts", 'const late = () => import("./late.ts");'],
  ["a long file", "src/jobs/jobs.ts", lines(251)],
  ["a long file of tests", "test/jobs/jobs.test.ts", lines(251)],
  ["a vague file", "src/jobs/utils.ts", ""],
  ["a barrel", "src/jobs/index.ts", ""],
  ["a table rebuilt", "drizzle/0001_new.sql", "CREATE TABLE `__new_jobs` (`id` integer);"],
  ["foreign keys off", "drizzle/0001_new.sql", "PRAGMA foreign_keys=OFF;"],
  ["a cascade in a migration", "drizzle/0001_new.sql", "REFERENCES hosts(id) ON DELETE CASCADE"],
  ["a SET NULL in a migration", "drizzle/0001_new.sql", "REFERENCES hosts(id) ON DELETE set null"],
  [
    "a cascade in the schema",
    "src/database/schema.ts",
    'references(() => hosts.id, { onDelete: "cascade" })',
  ],
])("refused: %s", (_, path, text) => {
  expect(violations(new Map([[path, text]]))).toEqual([expect.stringContaining(path)]);
});

test.each([
  ["a route that calls a verb below", "src/agents/routes.ts", 'import { getHost } from "../hosts/hosts.ts";'],
  ["a verb over its own store", "src/hosts/hosts.ts", 'import { readHost } from "./store.ts";'],
  ["a store with another's statement", "src/agents/store.ts", 'import { statusIn } from "../jobs/store.ts";'],
  ["the app with its routes", "src/app.ts", 'import { jobRoutes } from "./jobs/routes.ts";'],
  [
    "a host program that knows the wire",
    "src/host-program/run.ts",
    'import { times } from "../wire/times.ts";',
  ],
  ["a client of the service's types", "src/client/client.ts", 'import type { App } from "../app.ts";'],
  [
    "a host program with a client",
    "src/host-program/run.ts",
    'import { connect } from "../client/client.ts";',
  ],
  ["250 lines", "src/jobs/jobs.ts", lines(250)],
  ["250 lines of tests", "test/jobs/jobs.test.ts", lines(250)],
])("allowed: %s", (_, path, text) => {
  expect(violations(new Map([[path, text]]))).toEqual([]);
});
