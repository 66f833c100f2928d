import { atText, type Span } from "./window.ts";

/** The page that a timeline is on, and how it shows it: what its links keep. */
export interface Place {
  path: string;
  /** The span of an address that names none. */
  usualSpan: Span;
  /** What else the address says. */
  query: Readonly<Record<string, string | undefined>>;
  span: Span;
  /** The start of the window; undefined: it follows the present. */
  at: number | undefined;
  as: "chart" | "table";
}

/** The shortest address of a timeline: it says nothing that goes without saying. */
export const addressOf = ({ path, usualSpan, query, span, at, as }: Place): string => {
  const found = new URLSearchParams();
  if (span !== usualSpan) found.set("span", span);
  if (at !== undefined) found.set("at", atText(at));
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") found.set(name, value);
  if (as === "table") found.set("as", as);
  return found.size === 0 ? path : `${path}?${found}`;
};
