import { Hono } from "hono";
import { auditQuery, listAudit } from "../../audit/audit.ts";
import type { App } from "../../http/app.ts";
import { attempt, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { page } from "../page-guards.ts";
import { show } from "../show-page.tsx";
import { AuditList, FILTERS } from "./list.tsx";

const LIMIT = 30;

export const auditPages = new Hono<App>().get("/audit", page("listAudit"), async (c) => {
  const query = c.req.query();
  const given = FILTERS.flatMap((name) => {
    const value = query[name]?.trim() ?? "";
    return value === "" ? [] : [[name, value] as const];
  });
  const after = Number(query.after) || 0;
  const tried = await attempt(async () =>
    listAudit(
      c.get("call"),
      readAs(auditQuery, { ...Object.fromEntries(given), after, limit: LIMIT, order: "newest" }),
    ),
  );
  const filter = new FormInput(given.map(([name, value]) => [name, [value]]));
  const [rows, next, wrong] = tried.done
    ? [tried.value.rows, tried.value.next, []]
    : [[], undefined, tried.wrong];
  return show(
    c,
    { title: "Audit", here: "/console/audit", status: tried.done ? 200 : tried.status },
    <AuditList rows={rows} next={next} filter={filter} wrong={wrong} isFirst={after === 0} />,
  );
});
