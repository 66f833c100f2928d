import type { AskedTest, Match } from "./recipe.ts";
import type { FoundCase } from "./report-case.ts";
import { plainTitle, sameFile } from "./titles.ts";

/** `features/a.feature`, `features/a.feature:12` or `features/a.feature:12:20`. */
export const isPlace = (content: string): boolean => /\.feature(?::\d+)*$/.test(content);

/**
 * What a content may call a scenario: its name in a JUnit report, or as a person reads it, alone or after its
 * feature or its file.
 */
export function spellingsOf({ suites, classname, name, file }: FoundCase): string[] {
  const names = [...new Set([name, suites.at(-1) ?? name])];
  const around = [classname, ...(file === null ? [] : [file])].filter((each) => each !== "");
  return names.flatMap((each) => [
    each,
    ...around.flatMap((before) =>
      [".", " > ", " › ", " - ", ": ", "::"].map((join) => `${before}${join}${each}`),
    ),
  ]);
}

/** Cases as `readCucumber` gives them. */
export function matchScenario({ content }: AskedTest, found: FoundCase): Match {
  if (isPlace(content)) {
    const [file = "", ...lines] = content.split(/:(?=\d+(?::|$))/);
    if (found.file === null || !sameFile(file, found.file)) return null;
    return lines.length === 1 && Number(lines[0]) === found.line ? "test" : "part";
  }
  const asked = plainTitle(content);
  return spellingsOf(found).some((spelling) => plainTitle(spelling) === asked) ? "test" : null;
}
