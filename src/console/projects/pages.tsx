import { type Context, Hono } from "hono";
import type { App } from "../../http/app.ts";
import {
  createProject,
  deleteProject,
  projectInput,
  projectUpdate,
  updateProject,
} from "../../projects/projects.ts";
import { attempt, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import type { Wrong } from "../parts/form.tsx";
import { redirectTo, type Status, show } from "../show-page.tsx";
import { ProjectDetails } from "./details.tsx";
import { ProjectList, projectPath } from "./list.tsx";
import { listProjects, projectsAddress, readProject } from "./view.ts";

const HERE = "/console/projects";
const PROJECT = "/projects/:project" as const;

interface Draft {
  formInput: FormInput;
  wrong: Wrong;
  status: Status;
}
const EMPTY: Draft = { formInput: new FormInput([]), wrong: [], status: 200 };

const showList = async (c: Context<App>, { formInput, wrong, status }: Draft) => {
  const { q, after } = readAs(projectsAddress, c.req.query());
  const list = await listProjects(c.get("call"), { q, after });
  return show(
    c,
    { title: "Projects", here: HERE, sheet: "lists", status },
    <ProjectList list={list} search={q} isFirst={after === 0} formInput={formInput} wrong={wrong} />,
  );
};

const showProject = async (c: Context<App>, id: number, { formInput, wrong, status }: Draft) => {
  const { call, pageContext } = c.var;
  const found = await readProject(call, id, pageContext.zone);
  return show(
    c,
    { title: found.project.name, here: HERE, sheet: "charts", status },
    <ProjectDetails page={found} formInput={formInput} wrong={wrong} />,
  );
};

export const projectPages = new Hono<App>()
  .get("/projects", page("listProjects"), (c) => showList(c, EMPTY))
  .post("/projects", action("createProject"), async (c) => {
    const { call, formInput } = c.var;
    const tried = await attempt(async () =>
      createProject(call, readAs(projectInput, { name: formInput.get("name") })),
    );
    if (tried.done) return redirectTo(c, projectPath(tried.value.project.id), "project-made");
    return showList(c, { formInput, wrong: tried.wrong, status: tried.status });
  })
  .get(PROJECT, page("getProject", ["project"]), (c) => showProject(c, c.req.valid("param").project, EMPTY))
  .post(`${PROJECT}/rename`, action("updateProject", ["project"]), async (c) => {
    const { call, formInput } = c.var;
    const { project } = c.req.valid("param");
    const tried = await attempt(async () =>
      updateProject(call, project, readAs(projectUpdate, { name: formInput.get("name") })),
    );
    if (tried.done) return redirectTo(c, projectPath(project), "project-renamed");
    return showProject(c, project, { formInput, wrong: tried.wrong, status: tried.status });
  })
  .post(`${PROJECT}/delete`, action("deleteProject", ["project"]), async (c) => {
    await deleteProject(c.get("call"), c.req.valid("param").project);
    return redirectTo(c, HERE, "project-deleted");
  });
