import { ANSWER_HEADERS, type AnswerHeader, KEY_HEADERS, REQUEST_ID } from "./declared-headers.ts";
import type { Json } from "./document-schemas.ts";
import type { Documented } from "./documented.ts";
import { REQUEST_ID_HEADERS } from "./response-headers.ts";

/** The headers of answers. */
export const headerComponents = (): Json => ({
  ...ANSWER_HEADERS,
  ...Object.fromEntries(REQUEST_ID_HEADERS.map((name) => [name, REQUEST_ID])),
});

/** The headers of an answer: those of every answer, and its own. */
export const headerRefs = (own: readonly AnswerHeader[]): Json =>
  Object.fromEntries(
    [...own, ...REQUEST_ID_HEADERS].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );

/** Whether a call uses the request's key: writes and polls do. */
const takesKey = (method: string, { operation, callerHeaders }: Documented): boolean =>
  operation !== undefined && (callerHeaders === undefined ? method !== "GET" : callerHeaders !== "none");

/** The headers of ours that a call reads. */
export const headersRead = (method: string, documented: Documented): ReadonlySet<string> =>
  new Set([...(takesKey(method, documented) ? KEY_HEADERS : []), ...(documented.headers ?? [])]);
