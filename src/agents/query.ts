import { DomainError } from "../http/errors.ts";

/** What agents can be searched by, and what an item of the answer has of it. */
export const SEARCHED = ["id", "name", "project_id", "host_id", "framework", "active"] as const;
export type Searched = (typeof SEARCHED)[number];

/** One condition of a search; texts are compared without case. */
export interface Condition {
  field: Searched;
  /** Whether the value must be a part of the field's, or all of it. */
  part: boolean;
  not: boolean;
  value: string;
}

const CONDITION =
  /^\s*(?:'(\w+)'|"(\w+)"|(\w+))\s*(!~|!=|<>|~|=)\s*(?:'((?:[^']|'')*)'|"([^"]*)"|([^\s'"]+))\s*(and\s|$)/i;

const FORM = `must be conditions like 'name' ~ 'part' joined by and; the fields are ${SEARCHED.join(", ")}, the operators ~, !~, = and !=`;

/** Reads the query of a search in the vendor's form; an empty one has no conditions. Throws `invalid`. */
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
