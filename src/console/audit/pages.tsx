import { type Context, Hono } from "hono";
import { listedProject } from "../../access/permissions.ts";
import { auditQuery, listAudit } from "../../audit/audit.ts";
import type { App } from "../../http/app.ts";
import { attempt, readAs } from "../form-input.ts";
import { resolveNames } from "../lists/named-filter.ts";
import { FormInput } from "../page-context.ts";
import { page } from "../page-guards.ts";
import { show } from "../show-page.tsx";
import { AuditList, FILTERS } from "./list.tsx";
import { readFilterNames } from "./store.ts";

const LIMIT = 25;

/** What the filters name. A refresh is of the rows alone. */
const namesIn = ({ var: { call, pageContext } }: Context<App>, filter: FormInput) => {
  if (pageContext.partial) return { projects: [], token: undefined, project: undefined };
  const idOf = (name: string) => Number(filter.get(name)) || 0;
  return readFilterNames(call.db, pageContext.actor, { token: idOf("token_id"), project: idOf("project") });
};

export const auditPages = new Hono<App>().get("/audit", page("listAudit"), async (c) => {
  const { call } = c.var;
  const { address, unresolved } = await resolveNames(call, {
    url: c.req.url,
    kinds: { token_id: "token" },
  });
  if (address !== undefined) return c.redirect(address);
  const query: Record<string, string | undefined> = c.req.query();
  const given = FILTERS.flatMap((name) => {
    const value = query[name]?.trim() ?? "";
    return value === "" || (name === "token_id" && unresolved.length > 0) ? [] : [[name, value] as const];
  });
  const filter = new FormInput(given.map(([name, value]) => [name, [value]]));
  const { project, ...facts } = Object.fromEntries(given);
  const after = Number(query.after) || 0;
  const tried = await attempt(async () => {
    const asked = readAs(auditQuery, { ...facts, project_id: project, after, limit: LIMIT, order: "newest" });
    return listAudit(call, { ...asked, project_id: listedProject(call.actor, asked.project_id) });
  });
  const [rows, next, wrong] = tried.done
    ? [tried.value.rows, tried.value.next, []]
    : [[], undefined, tried.wrong];
  const parts = { filter, wrong, unresolved, names: await namesIn(c, filter) };
  return show(
    c,
    { title: "Audit", here: "/console/audit", sheet: "lists", status: tried.done ? 200 : tried.status },
    <AuditList {...parts} rows={rows} next={next} isFirst={after === 0} />,
  );
});
