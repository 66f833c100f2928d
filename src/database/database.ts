import { sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import { retrying } from "./retry.ts";

/**
 * D1 as the stores see it: `build` makes statements, `batch` runs them in one round trip and one transaction.
 * Every batch of the product can run twice (it is guarded, or keyed by the request that makes its rows), so the
 * retry policy stands here, once.
 */
export interface Database {
  build: DrizzleD1Database;
  batch: DrizzleD1Database["batch"];
}

export const openDatabase = (d1: D1Database): Database => {
  const build = drizzle(d1);
  return { build, batch: (statements) => retrying(() => build.batch(statements)) };
};

/** Whether D1 answers; throws `unavailable` where it does not. */
export const askDatabase = async ({ build, batch }: Database): Promise<void> => {
  await batch([build.run(sql`SELECT 1`)]);
};
