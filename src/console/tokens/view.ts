import * as z from "zod";
import type { Call } from "../../call.ts";
import { idIn } from "../lists/id-search.ts";
import { readTokenList } from "./store.ts";

/** The query parameters of the list; invalid ones are ignored. */
export const tokensAddress = z.object({
  /** A part of the name, or the id. */
  q: z.string().trim().max(255).default("").catch(""),
  order: z.enum(["oldest", "newest"]).default("oldest").catch("oldest"),
  after: z.coerce.number().int().min(1).optional().catch(undefined),
});
export type TokensAddress = z.output<typeof tokensAddress>;

/** A page of the installation's tokens. */
export const listTokens = ({ db }: Call, { q, order, after }: TokensAddress) =>
  readTokenList(db, { search: q.replace(/^#(?=\d+$)/, ""), id: idIn(q), order, after });
export type TokenListing = Awaited<ReturnType<typeof listTokens>>;
