import type { Context } from "hono";
import type * as z from "zod";
import type { App } from "../http/app.ts";
import { fieldErrors } from "../wire/fields.ts";
import { DomainError, type FieldError, invalid, STATUS_OF } from "../wire/refusals.ts";
import { FormInput } from "./page-context.ts";

/** The most that a form may hold, in bytes: a report of test runs and what is typed beside it. */
const FORM_BYTES = 9 * 1024 * 1024;

const tooLarge = (): DomainError =>
  new DomainError("too_large", `the form is larger than ${FORM_BYTES} bytes; send the file in smaller parts`);

/** A request whose body ends with an error where it is larger than a form may be. */
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

/** What a form brought. Throws `too_large`, and `invalid` for what is no form. */
export const readTyped = async (c: Context<App>): Promise<FormInput> => {
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

/** What a form or an address says, read by the schema that the API reads it with. Throws `invalid`. */
export const readAs = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(fieldErrors(result.error, value));
};

/** A number as a form has it: undefined where nothing was typed; what is no number stays text, for the schema to refuse. */
export const numberIn = (text: string): number | string | undefined =>
  text === "" ? undefined : /^-?\d{1,15}$/.test(text) ? Number(text) : text;

export const textIn = (text: string): string | undefined => (text === "" ? undefined : text);

type RefusedStatus = 400 | 409 | 413;
export type Attempt<Value> =
  | { done: true; value: Value }
  | { done: false; wrong: FieldError[]; status: RefusedStatus };

const isForForm = (status: number): status is RefusedStatus =>
  status === 400 || status === 409 || status === 413;

/** Tries what a form asks for: a refusal that its sender can mend comes back, to be shown beside what was typed. */
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
