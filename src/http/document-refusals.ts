import * as z from "zod";
import type { Operation } from "../access/permissions.ts";
import { described } from "../wire/described.ts";
import { shape } from "../wire/lazy-shape.ts";
import { STATUS_OF } from "../wire/refusals.ts";
import { headerRefs } from "./document-headers.ts";
import { type DocumentSchemas, exampleOf, type Json } from "./document-schemas.ts";
import type { Documented } from "./documented.ts";

/** The shape of every refusal (the wire contract's "Errors"). */
const errorShape = shape(() =>
  described(
    z.object({
      message: z.string(),
      code: z.string(),
      request_id: z.string(),
      errors: z
        .array(
          described(z.object({ field: z.string(), message: z.string() }), {
            fields: {
              field: "The field, query parameter or header, like materials[2].name; body: all of it.",
              message: "What is wrong with it, and what would be right.",
            },
          }),
        )
        .optional(),
    }),
    {
      name: "Error",
      fields: {
        message: "What is wrong, with which value, and what would be right; for people.",
        code: "The kind of refusal, for programs.",
        request_id: "The request's id, which the service's log has too.",
        errors: "Each field of the request that is wrong, at most 100.",
      },
      example: {
        message: "end_date is required: it must be a time like 2015-04-28T17:00:00+0700",
        code: "invalid",
        request_id: "50ad33b9-ca39-4668-943b-349901636bca",
        errors: [
          { field: "end_date", message: "is required: it must be a time like 2015-04-28T17:00:00+0700" },
        ],
      },
    },
  ),
);

const STATUSES = [...new Set<number>(Object.values(STATUS_OF))];

const codesOf = (status: number): string[] =>
  Object.entries(STATUS_OF).flatMap(([code, its]) => (its === status ? [code] : []));

/** Statuses whose answers say when to send the request again. */
const RETRIED: readonly number[] = [STATUS_OF.too_many, STATUS_OF.unavailable];

const nameOf = (status: number): string => `Refused${status}`;

/** The refusals of each status. */
export const refusalComponents = ({ convert }: DocumentSchemas): Json =>
  Object.fromEntries(
    STATUSES.map((status) => [
      nameOf(status),
      {
        description: `Refused, with the code ${codesOf(status).join(", ")}`,
        headers: headerRefs(RETRIED.includes(status) ? ["Retry-After"] : []),
        content: {
          "application/json": {
            schema: convert(errorShape(), { io: "output" }),
            example: exampleOf(errorShape()),
          },
        },
      },
    ]),
  );

/** The statuses with which only one call is refused. */
const OF_ONE = new Map<number, Operation>([
  [STATUS_OF.range_not_satisfiable, "readLog"],
  [STATUS_OF.upgrade_required, "openSocket"],
]);

/** The statuses with which a call may be refused. */
const statusesOf = ({ operation, form }: Documented): number[] => {
  const { invalid, unauthorized, too_large, unsupported_coding, too_many, unavailable } = STATUS_OF;
  if (operation) return STATUSES.filter((status) => (OF_ONE.get(status) ?? operation) === operation);
  return form ? [invalid, unauthorized, too_large, unsupported_coding, too_many, unavailable] : [unavailable];
};

export const refusals = (documented: Documented): Json =>
  Object.fromEntries(
    statusesOf(documented).map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  );
