import * as z from "zod";
import { nameOf } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import { OBJECT_KINDS } from "../database/enums.ts";
import { described, fieldsOf } from "../wire/described.ts";
import { oneOf, time, wholeInQuery } from "../wire/fields.ts";
import { cutPage, type Listed, pageQuery } from "../wire/list-pages.ts";
import type { Action, Author } from "./author.ts";
import { type AuditRow, readAudit } from "./store.ts";

export const authorOf = (
  { actor, now, request }: Pick<Call, "actor" | "now" | "request">,
  action: Action,
): Author => ({
  action,
  tokenId: actor.tokenId,
  by: nameOf(actor),
  address: request.address,
  requestId: request.id,
  now,
});

const ORDERS = ["oldest", "newest"] as const;

const idFilter = wholeInQuery({ from: 0 }).optional();

/**
 * The filters of the audit: `from` is inclusive, `to` exclusive; `token_id` 0 is the bootstrap token; `object_id` needs
 * `object_kind`.
 */
export const auditQuery = described(
  pageQuery
    .extend({
      action: z.string().max(64, { error: "must be the name of an operation" }).optional(),
      object_kind: oneOf(OBJECT_KINDS).optional(),
      object_id: idFilter,
      token_id: idFilter,
      project_id: idFilter,
      from: time().optional(),
      to: time().optional(),
      order: oneOf(ORDERS).default("oldest"),
    })
    .superRefine(({ object_kind, object_id }, context) => {
      if (object_id !== undefined && object_kind === undefined)
        context.addIssue({
          code: "custom",
          path: ["object_kind"],
          message: `is required with object_id: one of ${OBJECT_KINDS.join(", ")}`,
        });
    }),
  {
    fields: {
      ...fieldsOf(pageQuery),
      action: "Only changes by this call, by its operationId.",
      object_kind: "Only changes of this kind of thing.",
      object_id: "Only changes of the thing with this id; it needs object_kind.",
      token_id: "Only changes by the token with this id; 0: the bootstrap token.",
      project_id: "Only changes in the project with this id.",
      from: "Only changes at this time or later.",
      to: "Only changes before this time.",
      order: "The oldest or the newest first.",
    },
  },
);

/** A page of the audit by id. */
export const listAudit = async (
  { db }: Call,
  query: z.output<typeof auditQuery>,
): Promise<Listed<AuditRow>> => {
  const filter = {
    action: query.action,
    objectKind: query.object_kind,
    objectId: query.object_id,
    tokenId: query.token_id,
    projectId: query.project_id,
    from: query.from,
    to: query.to,
  };
  return cutPage(await readAudit(db, filter, { order: query.order, page: query }), query);
};
