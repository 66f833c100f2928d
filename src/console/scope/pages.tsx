import { Hono } from "hono";
import { getProject } from "../../access/known.ts";
import { allowsProject } from "../../access/permissions.ts";
import type { App } from "../../http/app.ts";
import { notFound } from "../../wire/refusals.ts";
import { numberIn } from "../form-input.ts";
import { action, page } from "../page-guards.ts";
import { show } from "../show-page.tsx";
import { ChooseProject } from "./choose-project.tsx";
import { chooseProject, leaveProject } from "./chosen-project.ts";
import { findProjects } from "./view.ts";

const PLACE = /^\/console(?:[/?][^\\]*)?$/;

/** A page of the console to go on at, without a project of its own. */
const placeIn = (given: string): string => {
  if (!PLACE.test(given) || given.includes("//")) return "/console";
  const [path = "", query = ""] = given.split("?");
  const left = new URLSearchParams(query);
  for (const name of ["project", "at", "after", "name"]) left.delete(name);
  return left.size === 0 ? path : `${path}?${left}`;
};

/** Which project the pages show. */
export const scopePages = new Hono<App>()
  .get("/project", page("listProjects"), async (c) => {
    const { q = "", to = "/console" } = c.req.query();
    const projects = await findProjects(c.get("call"), q.trim());
    return show(
      c,
      { title: "Which project to show", sheet: "lists" },
      <ChooseProject projects={projects} search={q.trim()} to={placeIn(to)} />,
    );
  })
  .post("/project", action("listProjects"), async (c) => {
    const { call, formInput } = c.var;
    const id = numberIn(formInput.get("project"));
    if (id === undefined) leaveProject(c);
    else {
      if (typeof id !== "number" || !allowsProject(call.actor, id)) throw notFound("project", id);
      chooseProject(c, await getProject(call, id));
    }
    return c.redirect(placeIn(formInput.get("to")), 303);
  });
