import { expect } from "vitest";
import { z } from "zod";
import type { Answer } from "../world.ts";

const refusalShape = z.strictObject({
  message: z.string().min(1),
  code: z.string().regex(/^[a-z_]+$/),
  request_id: z.uuid(),
  errors: z
    .array(z.strictObject({ field: z.string().min(1), message: z.string().min(1) }))
    .min(1)
    .optional(),
});

/** Checks that an answer is a refusal of this status in the wire contract's shape, and gives it. */
export const refusalIn = (answer: Answer, status: number): z.output<typeof refusalShape> => {
  expect(answer.status, answer.text.slice(0, 300)).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  const refusal = refusalShape.parse(answer.body);
  expect(answer.headers.get("x-request-id")).toBe(refusal.request_id);
  expect(answer.headers.get("x-qtest-request-id")).toBe(refusal.request_id);
  return refusal;
};

/** The same for a refused body or query: its message and its `errors` name the field. */
export const refusedField = (answer: Answer, field: string): void => {
  const refusal = refusalIn(answer, 400);
  expect(refusal.message).toContain(field);
  expect(refusal.errors?.map((error) => error.field)).toContain(field);
};
