import { Hono } from "hono";
import * as z from "zod";
import { OBJECT_KINDS } from "../database/enums.ts";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import { auditQuery, listAudit } from "./audit.ts";
import type { AuditRow } from "./store.ts";

const facts = z.record(z.string(), z.unknown());

const auditShape = shape(() =>
  described(
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
    {
      fields: {
        id: "The id of the change.",
        at: "When it was made: a UTC time.",
        action: "The call that made it, by its operationId, or the step of the clock.",
        token_id: "The id of the token that made it; 0: the bootstrap token.",
        by: "Who made it: the scope and name of a token, or the clock.",
        address: "The network address that the request came from; null: not known.",
        request_id: "The id of the request that made it.",
        object_kind: "What was changed.",
        object_id: "The id of what was changed.",
        project_id: "The id of its project; null: it belongs to none.",
        before: "Its fields before; null: it was not there.",
        after: "Its fields after; null: it is gone.",
      },
      example: {
        id: 91,
        at: "2015-03-25T03:07:13+00:00",
        action: "createProject",
        token_id: 7,
        by: "operator lab 7",
        address: "192.0.2.7",
        request_id: "50ad33b9-ca39-4668-943b-349901636bca",
        object_kind: "project",
        object_id: 10,
        project_id: 10,
        before: null,
        after: { name: "Web shop" },
      },
    },
  ),
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
