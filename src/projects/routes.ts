import { Hono } from "hono";
import * as z from "zod";
import { getProject } from "../access/known.ts";
import type { ProjectRow } from "../access/known-store.ts";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { pageQuery } from "../wire/list-pages.ts";
import {
  createProject,
  deleteProject,
  listProjects,
  projectInput,
  projectUpdate,
  updateProject,
} from "./projects.ts";

const projectShape = shape(() =>
  described(z.object({ id: z.int(), name: z.string() }), {
    name: "Project",
    fields: { id: "The id of the project.", name: "The project's name, for people." },
    example: { id: 10, name: "Web shop" },
  }),
);

const wireProject = ({ id, name }: ProjectRow): Shaped<typeof projectShape> => ({ id, name });

export const projectRoutes = new Hono<App>()
  .post(
    "/projects",
    endpoint({
      operation: "createProject",
      summary: "Create a project",
      body: projectInput,
      answers: {
        201: { description: "The project", schema: projectShape },
        200: { description: "The project already existed", schema: projectShape },
      },
    }),
    async (c) => {
      const { project, created } = await createProject(c.get("call"), c.req.valid("json"));
      return c.json(wireProject(project), created ? 201 : 200);
    },
  )
  .get(
    "/projects",
    endpoint({
      operation: "listProjects",
      ignoresUnknown: true,
      summary: "List the projects",
      query: pageQuery,
      answers: { 200: { description: "A page of projects", schema: () => z.array(projectShape()) } },
    }),
    async (c) => {
      const listed = await listProjects(c.get("call"), c.req.valid("query"));
      return answerPage(c, listed.next, listed.rows.map(wireProject));
    },
  )
  .get(
    "/projects/:project",
    endpoint({
      operation: "getProject",
      ignoresUnknown: true,
      summary: "Read a project",
      ids: ["project"],
      answers: { 200: { description: "The project", schema: projectShape } },
    }),
    async (c) => c.json(wireProject(await getProject(c.get("call"), c.req.valid("param").project))),
  )
  .put(
    "/projects/:project",
    endpoint({
      operation: "updateProject",
      summary: "Rename a project",
      ids: ["project"],
      body: projectUpdate,
      answers: { 200: { description: "The project as it now is", schema: projectShape } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      return c.json(wireProject(await updateProject(c.get("call"), project, c.req.valid("json"))));
    },
  )
  .delete(
    "/projects/:project",
    endpoint({
      operation: "deleteProject",
      summary: "Delete a project with all that it has; one in use stays",
      ids: ["project"],
      answers: { 200: { description: "The project as it was", schema: projectShape } },
    }),
    async (c) => c.json(wireProject(await deleteProject(c.get("call"), c.req.valid("param").project))),
  );
