import type { AskedTest, Match } from "./recipe.ts";
import type { FoundCase } from "./report-case.ts";
import { plainTitle, sameFile } from "./titles.ts";

/** `features/a.feature`, `features/a.feature:12` or `features/a.feature:12:20`. */
export const isPlace = (content: string): boolean => /\.feature(?::\d+)*$/.test(content);

const JOINS = [".", " > ", " › ", " - ", ": ", "::"];

/** A name alone, after its feature, or after its file. */
function spellingsOf(name: string, { classname, file }: FoundCase): string[] {
  const around = [classname, file ?? ""].filter((each) => each !== "");
  return [name, ...around.flatMap((before) => JOINS.map((join) => `${before}${join}${name}`))].map(
    plainTitle,
  );
}

/**
 * Cases as `readCucumber` gives them. The name of a JUnit report is one scenario's or one row's; a scenario's own
 * title may be that of several, and counts where nothing has the name.
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
