import * as z from "zod";
import type { ProjectRow } from "../access/known-store.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { described } from "../wire/described.ts";
import { givenId, text } from "../wire/fields.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { insertProject, readProjects, renameProject, deleteProject as storeDeletion } from "./store.ts";

export const projectInput = described(z.object({ id: givenId().optional(), name: text() }), {
  fields: {
    id: "The id of the project, where it is to have a certain one; one is given where it is left out.",
    name: "The project's name, for people.",
  },
  example: { id: 10, name: "Web shop" },
});

/**
 * Creates a project under the given id or a new one. The same id and name again give the same project, with `created`
 * false. Throws `project_id_taken` if the id has another name.
 */
export const createProject = async (
  call: Call,
  input: z.output<typeof projectInput>,
): Promise<{ project: ProjectRow; created: boolean }> => {
  const creation = await creationOf(call, input);
  const { claim, project } = await insertProject(
    call.db,
    { id: input.id, name: input.name },
    { author: authorOf(call, "createProject"), creation },
  );
  const first = refuseReusedKey(creation, claim) ? claim?.madeBy : creation.creationKey;
  if (!project) throw new DomainError("key_reused", "what this key made is no longer there; use a new key");
  if (project.deletedAt !== null)
    throw new DomainError(
      "project_id_taken",
      `project ${project.id} was deleted, and its id is not given again; take another`,
    );
  if (project.name !== input.name) {
    throw new DomainError(
      "project_id_taken",
      `project ${project.id} is there already, named ${project.name}`,
    );
  }
  return { project, created: project.creationKey === first };
};

export const projectUpdate = described(z.object({ name: text() }), {
  fields: { name: "The project's new name, for people." },
  example: { name: "Web shop 2" },
});

/** Renames a project. Throws `not_found`. */
export const updateProject = async (
  call: Call,
  id: number,
  { name }: z.output<typeof projectUpdate>,
): Promise<ProjectRow> => {
  const project = await renameProject(call.db, id, { name, author: authorOf(call, "updateProject") });
  if (!project) throw notFound("project", id);
  return project;
};

/** The projects that the caller may see. */
export const listProjects = async ({ db, actor }: Call, page: Page): Promise<Listed<ProjectRow>> =>
  cutPage(await readProjects(db, actor.projectIds, page), page);

/**
 * Deletes a project; the following ticks remove its jobs, results, logs and files. Refused while it has agents,
 * schedules or unended jobs. Throws `not_found`, `project_in_use`.
 */
export const deleteProject = async (call: Call, id: number): Promise<ProjectRow> => {
  const { project, inUse } = await storeDeletion(call.db, id, authorOf(call, "deleteProject"));
  if (project?.deletedAt === call.now) return project;
  if (!project || project.deletedAt !== null || !inUse) throw notFound("project", id);
  const counted = (count: number, one: string) =>
    count === 0 ? [] : [`${count} ${one}${count === 1 ? "" : "s"}`];
  const has = [
    ...counted(inUse.agents, "agent"),
    ...counted(inUse.schedules, "schedule"),
    ...(inUse.jobs > 0 ? ["jobs that have not ended"] : []),
  ];
  throw new DomainError("project_in_use", `project ${id} has ${has.join(", ")}: delete or end those first`);
};
