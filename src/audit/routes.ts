import { Hono } from "hono";
import * as z from "zod";
import { OBJECT_KINDS } from "../database/enums.ts";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import { auditQuery, listAudit } from "./audit.ts";
import type { AuditRow } from "./store.ts";

const facts = z.record(z.string(), z.unknown());

const auditShape = shape(() =>
  z.object({
    id: z.int(),
    at: z.string(),
    action: z.string(),
    token_id: z.int(),
    by: z.string(),
    address: z.string().nullable(),
    request_id: z.string(),
    object_kind: z.enum(OBJECT_KINDS),
    object_id: z.int(),
    project_id: z.int().nullable(),
    before: facts.nullable(),
    after: facts.nullable(),
  }),
);

const factsIn = (json: string | null): z.output<typeof facts> | null =>
  json === null ? null : facts.parse(JSON.parse(json));

const wireAudit = (row: AuditRow): Shaped<typeof auditShape> => ({
  id: row.id,
  at: formatWireTime(row.at),
  action: row.action,
  token_id: row.tokenId,
  by: row.by,
  address: row.address,
  request_id: row.requestId,
  object_kind: row.objectKind,
  object_id: row.objectId,
  project_id: row.projectId,
  before: factsIn(row.before),
  after: factsIn(row.after),
});

export const auditRoutes = new Hono<App>().get(
  "/audit",
  endpoint({
    operation: "listAudit",
    summary: "List who changed what",
    query: auditQuery,
    answers: { 200: { description: "A page of changes", schema: () => z.array(auditShape()) } },
  }),
  async (c) => {
    const listed = await listAudit(c.get("call"), c.req.valid("query"));
    return answerPage(c, listed.next, listed.rows.map(wireAudit));
  },
);
