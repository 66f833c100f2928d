import type { Context, Env as HonoEnv, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type * as z from "zod";
import { noteHostCall } from "../access/host-contact.ts";
import { getHost, getProject, mayAccessHost } from "../access/known.ts";
import { allowsProject, type Operation, refuseUnlessMayDo } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import { fieldErrors } from "../wire/fields.ts";
import { DomainError, type FieldError, invalid, notFound } from "../wire/refusals.ts";
import type { App } from "./app.ts";
import { type BodyForm, formIn, parseJson, readBody, readText, refuseLargeBody } from "./body.ts";
import type { CallerHeaders } from "./caller-headers.ts";
import type { RequestHeader } from "./declared-headers.ts";
import { type Answer, type Documented, documentation, type OperationId, type RawBody } from "./documented.ts";
import { handoverOf } from "./handover.ts";
import { limitRequests } from "./rate-limits.ts";
import {
  headersCheck,
  type IdName,
  type Ids,
  pathIdsCheck,
  queryCheck,
  runCheck,
  wrongIn,
} from "./request-parts.ts";
import { tellOfChange } from "./tell-pages.ts";
import { NO_BODY, unknownNames } from "./unknown-names.ts";

/** The description of an authenticated route: requests are checked by it, and the OpenAPI document is made from it. */
export interface Endpoint<
  Name extends IdName = IdName,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  operation: Operation;
  /** For a verb that has another address. */
  operationId?: OperationId;
  summary: string;
  ids?: readonly Name[];
  query?: Query;
  body?: Body;
  /**
   * For the vendor's calls, whose clients send more fields than we know: unknown names are ignored. Other
   * calls refuse them, so that a misspelt limit is not taken as no limit.
   */
  ignoresUnknown?: boolean;
  /** The forms of the body besides JSON. Each is read into what `body` returns. */
  forms?: readonly BodyForm<z.output<Query>, z.output<Body>>[];
  raw?: RawBody;
  /** The headers of ours that it reads. */
  headers?: readonly RequestHeader[];
  answers: Record<number, Answer>;
  /** Which caller headers it uses; default: all. */
  callerHeaders?: CallerHeaders;
  /**
   * Throws `not_found` for ids that do not exist, if the path has more than a project and a host. Called only
   * before another refusal, so that a wrong id comes before a wrong field. For a valid request, the verb's
   * own statement checks the ids.
   */
  exists?: (call: Call, ids: Ids<Name>) => Promise<unknown>;
}

/** What a client sends of one part of a request: not at all where the call takes none, maybe where all may be left out. */
type Sent<Part extends "query" | "json", Input> = unknown extends Input
  ? object
  : undefined extends Input
    ? { [Name in Part]?: Input }
    : object extends Input
      ? { [Name in Part]?: Input }
      : { [Name in Part]: Input };

interface Read<Name extends IdName, Query extends z.ZodType, Body extends z.ZodType> {
  in: Sent<"query", z.input<Query>> & Sent<"json", z.input<Body>>;
  out: { param: Ids<Name>; query: z.output<Query>; json: z.output<Body> };
}

/** Documents a route that anyone may call. Checks nothing. */
export const open = (spec: Documented): MiddlewareHandler<App> =>
  Object.assign(
    createMiddleware<App>((_, next) => next()),
    documentation(spec),
  );

/**
 * Checks a request in the wire contract's order (413 and 415, 403, 404, 400) and gives the route `param` (ids
 * as numbers), `query` and `json`. The 401 comes before, the 409s from the verb.
 */
export const endpoint = <Name extends IdName, Query extends z.ZodType, Body extends z.ZodType>(
  spec: Endpoint<Name, Query, Body>,
): MiddlewareHandler<App, string, Read<Name, Query, Body>> => {
  const checkIds = pathIdsCheck(spec.ids ?? []);
  const checks = [headersCheck(spec), queryCheck(spec.query, spec.ignoresUnknown)];
  const handler = createMiddleware<App & HonoEnv, string, Read<Name, Query, Body>>(async (c, next) => {
    const call = c.get("call");
    const handover = handoverOf(c.req.raw);
    if (!handover?.counted)
      await limitRequests(c.env, call.settings, {
        actor: call.actor,
        source: {
          host: c.req.param("host"),
          job: c.req.param("job"),
          address: call.request.address,
        },
      });
    const form = formIn(spec.forms ?? [], c.req.header("Content-Type"));
    refuseLargeBody(c.req.raw.headers, form?.limit ?? spec.raw?.limit);
    const takesBody =
      spec.body !== undefined || (!spec.raw && !spec.ignoresUnknown && c.req.raw.body !== null);
    const limit = form?.limit ?? (spec.raw?.streamed ? undefined : spec.raw?.limit);
    const read = async () => ({
      bytes: limit === undefined ? undefined : await readBody(c.req.raw, limit),
      text: takesBody && !form ? await (handover?.text ?? readText(c.req.raw)) : "",
    });
    const { bytes, text, unreadable } = await unlessInvalid(read());
    if (spec.raw && bytes) c.set("bytes", bytes);
    refuseUnlessMayDo(call.actor, spec.operation);
    await runCheck(checkIds, c);
    const ids: Ids<Name> & Partial<Ids<IdName>> = c.req.valid("param");
    await refuseUnknown(call, ids);
    try {
      const wrong: FieldError[] = [...unreadable];
      for (const check of checks) wrong.push(...(await wrongIn(check, c)));
      if (takesBody && !form && unreadable.length === 0) {
        const otherTypes = spec.body && (spec.forms ?? []).map(({ types: [type] }) => type);
        const json = parseJson(text, { contentType: c.req.header("Content-Type"), otherTypes });
        if (!spec.ignoresUnknown) wrong.push(...unknownNames(spec.body, json, "field"));
        give(c, checked(spec.body ?? NO_BODY, json, wrong));
      }
      if (wrong.length > 0) throw invalid(wrong);
      if (form && bytes) give(c, form.read(bytes, c.req.valid("query")));
    } catch (error) {
      if (error instanceof DomainError) await (spec.exists ?? refuseAbsent)(call, ids);
      throw error;
    }
    const caller = callingHost(call, spec.operation, { host: ids.host, method: c.req.method });
    if (caller !== null) await noteHostCall(call, caller);
    await next();
    tellOfChange(c, spec.operation, ids);
  });
  return Object.assign(handler, documentation(spec));
};

/** A body as bytes or text. */
interface ReadBody {
  bytes: Uint8Array | undefined;
  text: string | undefined;
}

/** Reads a body. `unreadable`: what is wrong with it, reported after a 403 and a 404. A 413 and a 415 are thrown at once. */
const unlessInvalid = async (
  reading: Promise<ReadBody>,
): Promise<ReadBody & { unreadable: FieldError[] }> => {
  try {
    return { ...(await reading), unreadable: [] };
  } catch (error) {
    if (error instanceof DomainError && error.code === "invalid" && error.errors)
      return { bytes: undefined, text: undefined, unreadable: error.errors };
    throw error;
  }
};

/** The calls that record the host's contact themselves. */
const RECORDING_CONTACT: readonly Operation[] = [
  "registerHost",
  "updateHost",
  "pingHost",
  "pollJobs",
  "leaseJobs",
  "renewLease",
  "giveBackLease",
  "reportJob",
  "openSocket",
  "issueSocketTicket",
  "appendLog",
];

/**
 * The host whose contact is to be recorded for a call that does not do so itself: a token's own host, or the
 * path's host if a host token changes something. Else null.
 */
const callingHost = (
  { actor }: Call,
  operation: Operation,
  { host, method }: { host: number | undefined; method: string },
): number | null => {
  if (actor.scope !== "host" || RECORDING_CONTACT.includes(operation)) return null;
  return actor.hostId ?? (method === "GET" ? null : (host ?? null));
};

/** Refuses a project or host that the token may not access in the same words, and at the same cost, as one that does not exist. */
export const refuseUnknown = async (
  call: Call,
  { project, host }: Partial<Record<IdName, number>>,
): Promise<void> => {
  if (project !== undefined && !allowsProject(call.actor, project)) throw notFound("project", project);
  if (host !== undefined && !(await mayAccessHost(call, host))) throw notFound("host", host);
};

/** Throws `not_found` for a project or host that does not exist. */
const refuseAbsent = async (
  call: Call,
  { project, host }: Partial<Record<IdName, number>>,
): Promise<void> => {
  await Promise.all([
    project === undefined ? undefined : getProject(call, project),
    host === undefined ? undefined : getHost(call, host),
  ]);
};

const checked = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  wrong: FieldError[],
): z.output<Schema> | undefined => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  wrong.push(...fieldErrors(result.error, value));
  return undefined;
};

const give = (c: Context, json: unknown): void => {
  if (typeof json === "object" && json !== null) c.req.addValidatedData("json", json);
};
