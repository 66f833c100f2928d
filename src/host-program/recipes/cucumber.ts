import type { ReportCase } from "../../reports/report-case.ts";
import type { AskedTest, Match } from "./recipe.ts";
import { plainTitle, sameFile } from "./titles.ts";

/** `features/a.feature`, `features/a.feature:12` or `features/a.feature:12:20`. */
export const isPlace = (content: string): boolean => /\.feature(?::\d+)*$/.test(content);

/** What may stand between a feature's name or file and a scenario's name. */
export const JOINS = [".", " > ", " › ", " - ", ": ", "::"];

const FILED = /^(.*?\.feature)(?:\.| [>›-] |::|: )(.*)$/s;

export interface NamedScenario {
  /** null if the content has no file. */
  file: string | null;
  /** The name, after its feature's if the content has one. */
  name: string;
}

/** `features/a.feature > name` in two parts. */
export function splitScenario(content: string): NamedScenario {
  const [, file = null, name = content] = FILED.exec(content) ?? [];
  return { file, name };
}

const ROW = /(?:^| - )#\d+\.\d+(?:: (.*))?$/s;

/**
 * What may be a scenario's own name, without its rule and its row: the title of its examples may follow the name of a
 * row's outline.
 */
function ownNames({ name, suites: [rule] }: ReportCase): string[] {
  const rest = rule !== undefined && name.startsWith(`${rule} - `) ? name.slice(rule.length + 3) : name;
  const row = ROW.exec(rest);
  if (row?.[1] !== undefined) return [row[1]];
  const outline = row ? rest.slice(0, row.index) : rest;
  return row ? [outline, outline.split(" - ").slice(0, -1).join(" - ")] : [outline];
}

/** A name alone, or after its feature's. */
const spellingsOf = (name: string, { classname }: ReportCase): string[] =>
  [name, ...(classname === "" ? [] : JOINS.map((join) => `${classname}${join}${name}`))].map(plainTitle);

/**
 * Matches cases of Cucumber's messages. A JUnit report's name belongs to one scenario or one row. A scenario's own
 * name may belong to several, and counts if no case has the report's name.
 */
export function matchScenario({ content }: AskedTest, found: ReportCase): Match {
  if (isPlace(content)) {
    const [file = "", ...lines] = content.split(/:(?=\d+(?::|$))/);
    if (found.file === null || !sameFile(file, found.file)) return null;
    return lines.length === 1 && Number(lines[0]) === found.line ? "test" : "part";
  }
  const { file, name } = splitScenario(content);
  const isInFile = file !== null && found.file !== null && sameFile(file, found.file);
  const asked = [content, ...(isInFile ? [name] : [])].map(plainTitle);
  const isAsked = (spelled: string) => asked.includes(spelled);
  if (spellingsOf(found.name, found).some(isAsked)) return "test";
  const own = ownNames(found).filter((each) => each !== "");
  return own.flatMap((each) => spellingsOf(each, found)).some(isAsked) ? "part" : null;
}
