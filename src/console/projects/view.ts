import * as z from "zod";
import type { Call } from "../../call.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { notFound } from "../../wire/refusals.ts";
import { lastDays, outcomesByDay, passRate } from "../overview/days.ts";
import { readProjectList, readProjectPage } from "./store.ts";

const DAYS = 14;
/** The id that a search names: 17 or #17. */
const ID = /^#?([1-9]\d{0,14})$/;

/** The query parameters of the list; invalid ones are ignored. */
export const projectsAddress = z.object({
  q: z.string().trim().max(255).default("").catch(""),
  after: z.coerce.number().int().min(0).default(0).catch(0),
});

/** A page of the projects that the caller may see. */
export const listProjects = ({ db, actor, now }: Call, { q, after }: z.output<typeof projectsAddress>) => {
  const [, id] = ID.exec(q) ?? [];
  const today = now - (now % DAY_MS);
  return readProjectList(db, actor, {
    filter: { search: q, id: id === undefined ? undefined : Number(id), after },
    from: today - (DAYS - 1) * DAY_MS,
  });
};
export type ProjectListing = Awaited<ReturnType<typeof listProjects>>;

/** A project with what it has, and its outcomes in the days of `zone`. Throws `not_found`. */
export const readProject = async ({ db, now }: Call, id: number, zone: string) => {
  const days = lastDays(now, zone);
  const first = days[0]?.from ?? now;
  const { project, counts, agents, days: stored } = await readProjectPage(db, id, first - (first % DAY_MS));
  if (!project || !counts) throw notFound("project", id);
  const chart = outcomesByDay(days, stored);
  return { project, counts, agents, chart, passRate: passRate(chart) };
};
export type ProjectPage = Awaited<ReturnType<typeof readProject>>;
