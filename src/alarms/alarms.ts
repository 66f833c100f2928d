import type { Call } from "../call.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { notFound } from "../wire/refusals.ts";
import { type AlarmRow, readAlarms } from "./store.ts";

/** A page of a project's open alarms, the first raised first. Throws `not_found` for the project. */
export const listAlarms = async ({ db }: Call, project: number, page: Page): Promise<Listed<AlarmRow>> => {
  const { projectExists, rows } = await readAlarms(db, project, page);
  if (!projectExists) throw notFound("project", project);
  return cutPage(rows, page);
};
