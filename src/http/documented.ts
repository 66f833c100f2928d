import type * as z from "zod";
import type { Operation } from "../access/permissions.ts";
import type { BodyForm } from "./body.ts";
import type { CallerHeaders } from "./caller-headers.ts";
import type { AnswerHeader, RequestHeader } from "./declared-headers.ts";
import type { IdName } from "./request-parts.ts";

/** A JSON answer of this schema, or text: plain, or of this media type or one of these. */
export type Answer = { description: string; headers?: readonly AnswerHeader[] } & (
  | { schema: () => z.ZodType }
  | { text: true | string | readonly string[] }
);

/** The name of a call in the OpenAPI document, or that at each path; by default the verb's, `operation`. */
export type OperationId = string | ((path: string) => string);

/** What the OpenAPI document says of a route. */
export interface Documented {
  summary: string;
  answers: Record<number, Answer>;
  operation?: Operation;
  operationId?: OperationId;
  ids?: readonly IdName[];
  callerHeaders?: CallerHeaders;
  query?: z.ZodType;
  body?: z.ZodType;
  headers?: readonly RequestHeader[];
  ignoresUnknown?: boolean;
  forms?: readonly Pick<BodyForm<never, unknown>, "types" | "description">[];
  raw?: RawBody;
  /** For a call that takes form fields instead of JSON. */
  form?: { type: string; schema: z.ZodType };
}

/** A body that is taken as bytes, whatever its Content-Type. */
export interface RawBody {
  description: string;
  /** The largest body, in bytes. */
  limit: number;
  /** The route reads the stream itself; else the body is read before, decompressed, and set as `bytes`. */
  streamed?: boolean;
}

const ENDPOINT = Symbol("endpoint");

/** What a handler carries for `documentedIn`. */
export const documentation = (spec: Documented) => ({ [ENDPOINT]: spec });

/** The endpoint that a router's handler was made from, if any. */
export const documentedIn = (handler: object): Documented | undefined => Reflect.get(handler, ENDPOINT);
