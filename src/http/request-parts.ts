import { zValidator } from "@hono/zod-validator";
import type { Context, Env as HonoEnv, MiddlewareHandler } from "hono";
import * as z from "zod";
import { described } from "../wire/described.ts";
import { fieldErrors, id } from "../wire/fields.ts";
import { DomainError, type FieldError, invalid, notFound } from "../wire/refusals.ts";
import { usedHeaders } from "./caller-headers.ts";
import { requestHeaders } from "./declared-headers.ts";
import { unknownNames } from "./unknown-names.ts";

/** An id in a path, parsed to a number. */
const pathId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .pipe(id())
  .optional();

/** The ids in paths. `/:host/` is parsed as the id of a host. */
export const pathIds = described(
  z.object({
    project: pathId,
    host: pathId,
    agent: pathId,
    schedule: pathId,
    job: pathId,
    token: pathId,
    test_run: pathId,
    attempt: pathId,
    upload: pathId,
    part: pathId,
    test: pathId,
    other_job: pathId,
    batch: pathId,
    blackout: pathId,
    webhook: pathId,
    delivery: pathId,
  }),
  {
    fields: {
      project: "The id of a project.",
      host: "The id of a host: its host_server_id.",
      agent: "The id of an agent: its agent_server_id.",
      schedule: "The id of a schedule: its schedule_id.",
      job: "The id of a job: its job_id.",
      token: "The id of a token, not its secret.",
      test_run: "The id of a test run: its test_run_id.",
      attempt: "The number of an attempt of the job, from 1 up.",
      upload: "The id of an upload in parts: its upload_id.",
      part: "The number of a part of the upload, from 1 up.",
      test: "The id of a test: its test_id.",
      other_job: "The job_id of the job to compare with.",
      batch: "The id that the results which were sent together were given.",
      blackout: "The id of a blackout: its blackout_id.",
      webhook: "The id of a webhook: its webhook_id.",
      delivery: "The id of a delivery: its delivery_id.",
    },
  },
);
export type IdName = keyof typeof pathIds.shape;
export type Ids<Name extends IdName> = Record<Name, number>;

/** A check of one part of a request. It gives the route the parsed part, or throws. */
type Check = MiddlewareHandler<HonoEnv>;

const nothingNext = () => Promise.resolve();

/** Runs a check alone: its caller decides what comes next. */
export const runCheck = async (check: Check, c: Context): Promise<void> => {
  await check(c, nothingNext);
};

/** Gives `param`: the path's ids as numbers, with all of `names`. Throws `not_found` for an invalid id. */
export const pathIdsCheck = (names: readonly IdName[]): Check =>
  zValidator(
    "param",
    pathIds,
    (result, c) => {
      const wrong = result.success
        ? names.find((name) => result.data[name] === undefined)
        : result.error.issues[0]?.path.join();
      if (wrong === undefined) return;
      const text = JSON.stringify((c.req.param(wrong) ?? "").slice(0, 40));
      throw notFound(wrong, `with the id ${text}: ids are whole numbers from 1 up`);
    },
    { validationFunction: (schema, ids) => schema.safeParse(ids) },
  );

/** Checks the headers that a call uses. Throws `invalid`. */
export const headersCheck = (spec: Parameters<typeof usedHeaders>[1]): Check =>
  zValidator(
    "header",
    requestHeaders,
    (result) => {
      if (!result.success) throw invalid(fieldErrors(result.error, result.data));
    },
    { validationFunction: (schema, headers) => schema.safeParse(usedHeaders(headers, spec)) },
  );

/** Of a query parameter that is sent twice, the first counts, as on the fast path. */
const firstOfEach = (query: Record<string, string | string[]>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );

const NO_QUERY = z.object({});

/** Gives `query`. Throws `invalid`, also for unknown names unless they are ignored. */
export const queryCheck = (schema: z.ZodType = NO_QUERY, ignoresUnknown = false): Check =>
  zValidator(
    "query",
    schema,
    (result, c) => {
      const wrong = ignoresUnknown ? [] : unknownNames(schema, c.req.query(), "query parameter");
      if (!result.success) wrong.push(...fieldErrors(result.error, result.data));
      if (wrong.length > 0) throw invalid(wrong);
    },
    { validationFunction: (_, query) => schema.safeParse(firstOfEach(query)) },
  );

/** The errors that a check finds, so that one answer can list all errors of a request. */
export const wrongIn = async (check: Check, c: Context): Promise<FieldError[]> => {
  try {
    await runCheck(check, c);
    return [];
  } catch (error) {
    if (error instanceof DomainError && error.errors) return error.errors;
    throw error;
  }
};
