import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Exception, type Sources, violations } from "./architecture.ts";

const present: Sources = new Map(
  ["src", "drizzle"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path}`)
      .filter((path) => /\.(ts|tsx|sql)$/.test(path))
      .map((path): [string, string] => [path, readFileSync(path, "utf8")]),
  ),
);

const EXCEPTIONS: Exception[] = [];

const LONGER = { "src/database/schema.ts": "the whole relational model on one page" };

test("the sources hold the rules of who imports whom, of names, of length and of migrations", () => {
  expect(present.size).toBeGreaterThan(40);
  expect(violations(present, EXCEPTIONS, LONGER)).toEqual([]);
});

test("no exception is kept that nothing needs", () => {
  for (const exception of EXCEPTIONS) {
    const others = EXCEPTIONS.filter((each) => each !== exception);
    expect(violations(present, others, LONGER), exception.why).not.toEqual([]);
  }
});

const lines = (count: number) => "// a line\n".repeat(count);

test.each([
  ["a route over a verb's head", "src/jobs/routes.ts", 'import { readJob } from "./store.ts";'],
  [
    "a route with its own database",
    "src/jobs/routes.ts",
    'import { openDatabase } from "../database/database.ts";',
  ],
  ["a verb that knows its route", "src/jobs/jobs.ts", 'import { jobRoutes } from "./routes.ts";'],
  ["a verb in another's store", "src/jobs/jobs.ts", 'import { readHost } from "../hosts/store.ts";'],
  ["a store that calls a verb", "src/jobs/store.ts", 'import { getHost } from "../hosts/hosts.ts";'],
  ["a store that reads with another's", "src/jobs/store.ts", 'import { readHost } from "../hosts/store.ts";'],
  [
    "more of a store than its statements",
    "src/agents/store.ts",
    'import { statusIn, readJob } from "../jobs/store.ts";',
  ],
  ["a rule that reads", "src/jobs/status.ts", 'import { readJob } from "./store.ts";'],
  [
    "a rule of another folder's rule",
    "src/jobs/status.ts",
    'import { windowStart } from "../hosts/presence.ts";',
  ],
  [
    "a host program that takes the service's code",
    "src/host-program/host.ts",
    'import { getHost } from "../hosts/hosts.ts";',
  ],
  ["a rule with a package", "src/jobs/status.ts", 'import { v7 } from "uuid";'],
  ["a rule that knows the wire", "src/jobs/status.ts", 'import { formatWireTime } from "../http/times.ts";'],
  ["a shape that reads", "src/jobs/wire.ts", 'import { readJob } from "./store.ts";'],
  ["an object that reaches D1", "src/host-object/host-object.ts", 'import { readHost } from "./store.ts";'],
  ["hono in a verb, if only its type", "src/jobs/jobs.ts", 'import type { Context } from "hono";'],
  ["drizzle in a verb", "src/jobs/jobs.ts", 'import { sql } from "drizzle-orm";'],
  ["drizzle's depths in a route", "src/jobs/routes.ts", 'import { alias } from "drizzle-orm/sqlite-core";'],
  ["the platform in a verb", "src/jobs/jobs.ts", 'import { env } from "cloudflare:workers";'],
  ["the machine in a verb", "src/jobs/jobs.ts", 'import { readFileSync } from "node:fs";'],
  ["the database that calls a verb", "src/database/retry.ts", 'import { getHost } from "../hosts/hosts.ts";'],
  ["http in a store", "src/http/make-call.ts", 'import { readHost } from "../hosts/store.ts";'],
  ["the service in its start script", "src/local/start.ts", 'import { createApp } from "../app.ts";'],
  ["the start script in the service", "src/app.ts", 'import { portOf } from "./local/start.ts";'],
  ["an import in the middle of running", "src/jobs/jobs.ts", 'const late = () => import("./store.ts");'],
  [
    "an import over several lines",
    "src/jobs/routes.ts",
    'import {\n  type JobView,\n  readJob,\n} from "./store.ts";',
  ],
  ["an export of another's", "src/jobs/routes.ts", 'export { readJob } from "./store.ts";'],
  ["a long file", "src/jobs/jobs.ts", lines(251)],
  ["a vague file", "src/jobs/utils.ts", ""],
  ["a barrel", "src/jobs/index.ts", ""],
  ["a vague folder", "src/services/jobs.ts", ""],
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
  const stubs = ["src/jobs/store.ts", "src/jobs/routes.ts", "src/hosts/store.ts", "src/hosts/hosts.ts"];
  const more = ["src/hosts/presence.ts", "src/wire/times.ts", "src/app.ts", "src/local/start.ts"];
  const database = ["src/database/database.ts"];
  const clean: Sources = new Map(
    [...stubs, ...more, ...database].map((stub): [string, string] => [stub, ""]),
  );
  expect(violations(clean)).toEqual([]);
  const refused = violations(new Map([...clean, [path, text]]));
  expect(refused).toEqual([expect.stringContaining(path)]);
});

test.each([
  ["a route that calls a verb", "src/agents/routes.ts", 'import { getHost } from "../hosts/hosts.ts";'],
  ["a route that knows a row's type", "src/hosts/routes.ts", 'import type { HostRow } from "./store.ts";'],
  ["a verb over its own store", "src/hosts/hosts.ts", 'import { readHost } from "./store.ts";'],
  ["a store with another's statement", "src/agents/store.ts", 'import { statusIn } from "../jobs/store.ts";'],
  [
    "a step over its store",
    "src/hosts/check.ts",
    'import type { Step } from "../tick.ts";\nimport { turn } from "./store.ts";',
  ],
  ["250 lines", "src/jobs/jobs.ts", lines(250)],
])("allowed: %s", (_, path, text) => {
  const others = ["src/jobs/store.ts", "src/hosts/store.ts", "src/hosts/hosts.ts", "src/tick.ts"];
  const sources: Sources = new Map([...others.map((other): [string, string] => [other, ""]), [path, text]]);
  expect(violations(sources)).toEqual([]);
});
