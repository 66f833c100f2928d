import type { Context } from "hono";
import type * as z from "zod";
import type { App } from "../http/app.ts";
import { fieldErrors } from "../wire/fields.ts";
import { DomainError, type FieldError, invalid, STATUS_OF } from "../wire/refusals.ts";
import { FormInput } from "./page-context.ts";

/** The maximum size of a form in bytes: a report of test runs and the other fields. */
const FORM_BYTES = 9 * 1024 * 1024;

const tooLarge = (): DomainError =>
  new DomainError("too_large", `the form is larger than ${FORM_BYTES} bytes; send the file in smaller parts`);

/** The request with a body that fails once it is longer than a form may be. */
const bounded = (request: Request): Request => {
  if (Number(request.headers.get("content-length") ?? 0) > FORM_BYTES) throw tooLarge();
  let length = 0;
  const counted = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        length += chunk.byteLength;
        if (length > FORM_BYTES) controller.error(tooLarge());
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: counted ?? null,
  });
};

/** Reads a form. Throws `too_large`, and `invalid` if it is malformed. */
export const readFormInput = async (c: Context<App>): Promise<FormInput> => {
  let data: FormData;
  try {
    data = await bounded(c.req.raw).formData();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw invalid([{ field: "body", message: "must be a form" }]);
  }
  const fields = new Map<string, string[]>();
  const files = new Map<string, File>();
  for (const [name, value] of data) {
    if (typeof value === "string") fields.set(name, [...(fields.get(name) ?? []), value]);
    else if (value.size > 0) files.set(name, value);
  }
  return new FormInput(fields, files);
};

/** Parses a form or query with the API's own schema. Throws `invalid`. */
export const readAs = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(fieldErrors(result.error, value));
};

/** A number field: undefined if empty. Text that is no number stays text, and the schema refuses it. */
export const numberIn = (text: string): number | string | undefined =>
  text === "" ? undefined : /^-?\d{1,15}$/.test(text) ? Number(text) : text;

export const textIn = (text: string): string | undefined => (text === "" ? undefined : text);

type RefusedStatus = 400 | 409 | 413;
export type Attempt<Value> =
  | { done: true; value: Value }
  | { done: false; wrong: FieldError[]; status: RefusedStatus };

const isForForm = (status: number): status is RefusedStatus =>
  status === 400 || status === 409 || status === 413;

/** Runs a form's action. A refusal that the user can correct is returned, to be shown beside the input. */
export const attempt = async <Value>(work: () => Promise<Value>): Promise<Attempt<Value>> => {
  try {
    return { done: true, value: await work() };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const status = STATUS_OF[error.code];
    if (!isForForm(status)) throw error;
    return { done: false, wrong: error.errors ?? [{ field: "", message: error.message }], status };
  }
};
