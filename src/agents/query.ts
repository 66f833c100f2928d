import { DomainError } from "../wire/refusals.ts";

/** The fields that agents can be searched by, which are also the fields of a search result. */
export const SEARCHED = ["id", "name", "project_id", "host_id", "framework", "active"] as const;
export type Searched = (typeof SEARCHED)[number];

/** One condition of a search. Text is compared without case. */
export interface Condition {
  field: Searched;
  /** True for "contains", false for "equals". */
  part: boolean;
  not: boolean;
  value: string;
}

const CONDITION =
  /^\s*(?:'(\w+)'|"(\w+)"|(\w+))\s*(!~|!=|<>|~|=)\s*(?:'((?:[^']|'')*)'|"([^"]*)"|([^\s'"]+))\s*(and\s|$)/i;

const FORM = `must be conditions like 'name' ~ 'part' joined by and; the fields are ${SEARCHED.join(", ")}, the operators ~, !~, = and !=`;

/** Parses a search query in the vendor's form; an empty one gives no conditions. Throws `invalid`. */
export const conditionsIn = (query: string): Condition[] => {
  const conditions: Condition[] = [];
  let rest = query.trim();
  let more = rest !== "";
  while (more) {
    const found = CONDITION.exec(rest);
    if (!found) throw new DomainError("invalid", `query ${FORM}`, [{ field: "query", message: FORM }]);
    const [all, single, double, bare, operator = "", quoted, doubly, word, joined = ""] = found;
    const name = (single ?? double ?? bare ?? "").toLowerCase();
    const field = SEARCHED.find((each) => each === name);
    if (!field) throw new DomainError("invalid", `query ${FORM}`, [{ field: "query", message: FORM }]);
    const value = quoted?.replaceAll("''", "'") ?? doubly ?? word ?? "";
    conditions.push({ field, part: operator.endsWith("~"), not: /^[!<]/.test(operator), value });
    rest = rest.slice(all.length);
    more = joined !== "";
  }
  return conditions;
};
