import type { AskedTest, Match } from "./recipe.ts";
import type { FoundCase } from "./report-case.ts";
import { plainTitle, sameFile } from "./titles.ts";

/** `features/a.feature`, `features/a.feature:12` or `features/a.feature:12:20`. */
export const isPlace = (content: string): boolean => /\.feature(?::\d+)*$/.test(content);

const JOINS = [".", " > ", " › ", " - ", ": ", "::"];

/** A name alone, or with its feature or file in front. */
function spellingsOf(name: string, { classname, file }: FoundCase): string[] {
  const around = [classname, file ?? ""].filter((each) => each !== "");
  return [name, ...around.flatMap((before) => JOINS.map((join) => `${before}${join}${name}`))].map(
    plainTitle,
  );
}

/**
 * Matches cases of `readCucumber`. A JUnit report's name belongs to one scenario or one row. A scenario's own
 * title may belong to several, and counts if no case has the report's name.
 */
export function matchScenario({ content }: AskedTest, found: FoundCase): Match {
  if (isPlace(content)) {
    const [file = "", ...lines] = content.split(/:(?=\d+(?::|$))/);
    if (found.file === null || !sameFile(file, found.file)) return null;
    return lines.length === 1 && Number(lines[0]) === found.line ? "test" : "part";
  }
  const asked = plainTitle(content);
  if (spellingsOf(found.name, found).includes(asked)) return "test";
  return spellingsOf(found.suites.at(-1) ?? found.name, found).includes(asked) ? "part" : null;
}
