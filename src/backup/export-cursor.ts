import * as z from "zod";
import { type DomainError, invalid } from "../wire/refusals.ts";

const keyShape = z.array(z.union([z.string(), z.number()])).max(8);

/** Where an export goes on. Only the service reads it. */
const cursorShape = z.strictObject({
  /** When it began, epoch milliseconds, and the highest id of each table then. */
  at: z.int(),
  top: z.record(z.string(), z.int()),
  stage: z.int().min(0),
  /** The key behind which a table goes on; null: from its start. */
  key: keyShape.nullable(),
  /** The object whose rows are read, and where it goes on. */
  object: z.strictObject({ id: z.int(), table: z.int(), key: keyShape.nullable() }).nullable(),
  /** The site as it was before the counts were read, and how often they have been. */
  site: z.string(),
  counted: z.int(),
});
export type Cursor = z.output<typeof cursorShape>;

export const cursorText = (cursor: Cursor): string => JSON.stringify(cursor);

export const notACursor = (): DomainError =>
  invalid([{ field: "after", message: "must be as the Link header of the last answer has it" }]);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Throws `invalid`. */
export const cursorIn = (text: string): Cursor => {
  const { data } = cursorShape.safeParse(parsed(text));
  if (data) return data;
  throw notACursor();
};
