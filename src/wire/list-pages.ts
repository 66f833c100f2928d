import * as z from "zod";
import { described } from "./described.ts";
import { wholeInQuery } from "./fields.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/**
 * The query of every list (the wire contract's "Calls beside the seed's"): up to `limit` rows with an id above `after`.
 */
export const pageQuery = described(
  z.object({
    limit: wholeInQuery({ from: 1, to: MAX_LIMIT }).default(DEFAULT_LIMIT),
    after: z.coerce
      .number<number | string>("must be the id that the last page ended with")
      .int("must be the id that the last page ended with")
      .min(0, { error: "must be the id that the last page ended with" })
      .default(0),
  }),
  {
    fields: {
      limit: "How many items a page has at most.",
      after: "The id that the last page ended with, as its Link header has it.",
    },
  },
);
export type Page = z.output<typeof pageQuery>;

/** One page of a list; `next` is the next page's `after`, undefined on the last page. */
export interface Listed<Row> {
  rows: Row[];
  next: number | undefined;
}

/** Cuts `limit + 1` rows to a page; the extra row shows whether there is a next page. */
export const cutPage = <Row extends { id: number }>(rows: Row[], { limit }: Page): Listed<Row> => {
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? page.at(-1)?.id : undefined };
};
