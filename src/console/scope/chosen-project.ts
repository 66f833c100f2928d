import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type Actor, allowsProject } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import type { App } from "../../http/app.ts";

const COOKIE = "muster_project";
const YEAR_SECONDS = 365 * 24 * 3600;
const FORM = /^([1-9]\d{0,14})\.(.{1,255})$/s;
/** No token has this id, so that no host counts as registered by it. */
const NOBODY = -1;

/** The project that a person chose to see alone. */
export interface ChosenProject {
  id: number;
  name: string;
}

/** The pages that show things of many projects, and of the chosen one alone where there is one. */
const OF_MANY_PROJECTS: readonly string[] = [
  ...[
    "/console",
    "/console/attention",
    "/console/hosts",
    "/console/hosts/counts",
    "/console/agents",
    "/console/jobs",
  ],
  ...["/console/jobs/counts", "/console/schedules", "/console/schedules/counts", "/console/calendar"],
  ...[
    "/console/timeline",
    "/console/schedules/new",
    "/console/find",
    "/console/find/results",
    "/console/signals",
    "/console/audit",
  ],
];

/** The chosen project of a browser, by its cookie; undefined without one, or if the actor may not see it. */
export const chosenProject = (c: Context<App>, actor: Actor): ChosenProject | undefined => {
  const [, id, name] = FORM.exec(getCookie(c, COOKIE) ?? "") ?? [];
  if (id === undefined || name === undefined || !allowsProject(actor, Number(id))) return undefined;
  return { id: Number(id), name };
};

export const chooseProject = (c: Context<App>, { id, name }: ChosenProject): void =>
  setCookie(c, COOKIE, `${id}.${name}`, {
    path: "/console",
    sameSite: "Lax",
    httpOnly: true,
    maxAge: YEAR_SECONDS,
  });

export const leaveProject = (c: Context<App>): void => {
  deleteCookie(c, COOKIE, { path: "/console" });
};

/** The call with which a page of many projects reads: it sees the chosen project alone, unless the address names one. */
export const scopedCall = (c: Context<App>, call: Call): Call => {
  const { project } = c.get("pageContext");
  if (!project || !OF_MANY_PROJECTS.includes(c.req.path) || c.req.query("project") !== undefined) return call;
  return { ...call, actor: { ...call.actor, tokenId: NOBODY, projectIds: [project.id] } };
};
