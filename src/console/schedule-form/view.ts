import type { Call } from "../../call.ts";
import { type Material, parseMaterials } from "../../jobs/materials.ts";
import type { SchedulePath } from "../../schedules/schedules.ts";
import { notFound } from "../../wire/refusals.ts";
import { type Asked, readKept, readOffer, readProjects } from "./store.ts";

/** What the form of a schedule offers. `scheduleId` is 0 for a new one. Throws `not_found`. */
export const offerOf = async (
  { db }: Call,
  project: number,
  { asked, scheduleId = 0 }: { asked: Asked; scheduleId?: number },
) => {
  const { projectName, ...offer } = await readOffer(db, project, { asked, scheduleId });
  if (projectName === undefined) throw notFound("project", project);
  return { ...offer, projectName };
};
export type Offer = Awaited<ReturnType<typeof offerOf>>;

/** A schedule, and what a form offers in which nothing was typed yet. Throws `not_found`. */
export const editOf = async (call: Call, { project, schedule: id }: SchedulePath) => {
  const untyped = { chosen: [], find: "", findAgent: "", agent: null };
  const offer = await offerOf(call, project, { asked: untyped, scheduleId: id });
  const { schedule } = offer;
  if (!schedule) throw notFound("schedule", id);
  return { schedule, offer };
};

export const listKnownProjects = ({ db, actor }: Call) => readProjects(db, actor);

/** The test runs that a schedule has. Throws `not_found`. */
export const keptMaterials = async (
  { db }: Call,
  project: number,
  scheduleId: number,
): Promise<Material[]> => {
  const kept = await readKept(db, project, scheduleId);
  if (kept === undefined) throw notFound("schedule", scheduleId);
  return parseMaterials(kept);
};
