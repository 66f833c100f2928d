import * as z from "zod";
import type { Call } from "../../call.ts";
import { notFound } from "../../wire/refusals.ts";
import { readTestRunList } from "./store.ts";

/** The id that a search names: 17 or #17. */
const ID = /^#?([1-9]\d{0,14})$/;

/** The query parameters of the list; invalid ones are ignored. */
export const testRunsAddress = z.object({
  q: z.string().trim().max(255).default("").catch(""),
  order: z.enum(["newest", "az", "za"]).default("newest").catch("newest"),
  /** The last test of the page before, and its name. */
  after: z.coerce.number().int().min(1).optional().catch(undefined),
  name: z.string().default("").catch(""),
});
export type TestRunsAddress = z.output<typeof testRunsAddress>;

/** A page of a project's test runs. Throws `not_found`. */
export const listTestRuns = async ({ db }: Call, projectId: number, address: TestRunsAddress) => {
  const { q, order, after, name } = address;
  const [, id] = ID.exec(q) ?? [];
  const { project, ...list } = await readTestRunList(db, projectId, {
    search: q,
    id: id === undefined ? undefined : Number(id),
    order,
    after: after === undefined ? undefined : { id: after, name },
  });
  if (!project) throw notFound("project", projectId);
  return { ...list, project };
};
export type TestRunListing = Awaited<ReturnType<typeof listTestRuns>>;
