import type { Call } from "../../call.ts";
import { type Material, parseMaterials } from "../../jobs/materials.ts";
import type { SchedulePath } from "../../schedules/schedules.ts";
import { notFound } from "../../wire/refusals.ts";
import { readMaterials, readOffer, readProjects, type Selection } from "./store.ts";

/** What a schedule's form offers. `scheduleId` is 0 for a new one. Throws `not_found`. */
export const offerOf = async (
  { db }: Call,
  project: number,
  { selection, scheduleId = 0 }: { selection: Selection; scheduleId?: number },
) => {
  const { projectName, ...offer } = await readOffer(db, project, { selection, scheduleId });
  if (projectName === undefined) throw notFound("project", project);
  return { ...offer, projectName };
};
export type Offer = Awaited<ReturnType<typeof offerOf>>;

/** A schedule and what its untouched form offers. Throws `not_found`. */
export const editOf = async (call: Call, { project, schedule: id }: SchedulePath) => {
  const selection = { chosen: [], find: "", findAgent: "", agent: null };
  const offer = await offerOf(call, project, { selection, scheduleId: id });
  const { schedule } = offer;
  if (!schedule) throw notFound("schedule", id);
  return { schedule, offer };
};

export const listVisibleProjects = ({ db, actor }: Call) => readProjects(db, actor);

/** A schedule's test runs. Throws `not_found`. */
export const scheduleMaterials = async (
  { db }: Call,
  project: number,
  scheduleId: number,
): Promise<Material[]> => {
  const kept = await readMaterials(db, project, scheduleId);
  if (kept === undefined) throw notFound("schedule", scheduleId);
  return parseMaterials(kept);
};
