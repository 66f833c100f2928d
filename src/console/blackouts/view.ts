import type { Call } from "../../call.ts";
import { spansIn } from "../../schedules/blackouts.ts";
import { notFound } from "../../wire/refusals.ts";
import { readBlackoutPage } from "./store.ts";

/** A project's blackouts with their next spans. Throws `not_found`. */
export const listProjectBlackouts = async ({ db, now }: Call, projectId: number) => {
  const { projectName, rows } = await readBlackoutPage(db, projectId, now);
  if (projectName === undefined) throw notFound("project", projectId);
  return {
    projectId,
    projectName,
    rows: rows.map(({ next, ...blackout }) => ({ ...blackout, next: spansIn({ spans: next }) })),
  };
};
export type BlackoutListing = Awaited<ReturnType<typeof listProjectBlackouts>>;
