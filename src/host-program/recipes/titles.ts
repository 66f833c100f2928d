import type { ReportCase } from "../../reports/report-case.ts";
import { quoteTitle } from "./quote.ts";
import type { AskedTest, Match } from "./recipe.ts";

/** A JavaScript test as its content names it: a file, if there is one, and titles. */
export interface TitledTest {
  file: string | null;
  /** The titles of the describes and of the test, outermost first; a single one if the content joins them by spaces. */
  titles: readonly string[];
}

const SEPARATED = /^(.*?\.(?:[cm]?[jt]sx?|feature|vue|svelte))(?: [>›] |::|#)(.*)$/s;
const DOTTED = /^(.*?\.[cm]?[jt]sx?)[.:](?!(?:[cm]?[jt]sx?)(?:$|[ .:]))(.*)$/s;
const WHOLE_FILE = /^[^>›]*\.[cm]?[jt]sx?$/;

/** `src/a.test.js > outer > x`, the same with ` › `, `src/a.test.js.outer > x`, `src/a.test.js`, or titles alone. */
export function splitContent(content: string): TitledTest {
  const found = SEPARATED.exec(content) ?? (WHOLE_FILE.test(content) ? null : DOTTED.exec(content));
  if (found) return { file: found[1] ?? "", titles: (found[2] ?? "").trim().split(/ [>›] /) };
  if (WHOLE_FILE.test(content)) return { file: content, titles: [] };
  return { file: null, titles: content.trim().split(/ [>›] /) };
}

/** Drops the control characters that reports drop, and collapses white space. */
export function plainTitle(title: string): string {
  return title
    .replace(/\s+/g, " ")
    .replace(/\p{Cc}|\uFFFD/gu, "")
    .trim();
}

/** Whether two paths name the same file; one may be relative to an unknown folder. */
export function sameFile(asked: string, found: string): boolean {
  const [a, b] = [asked, found].map((path) => path.replaceAll("\\", "/").replace(/^(?:\.\/)+/, ""));
  return a !== undefined && b !== undefined && (a === b || b.endsWith(`/${a}`) || a.endsWith(`/${b}`));
}

/** Whether a case with its describes in `suites` is the asked test. */
export function matchTitles(test: AskedTest, found: ReportCase): Match {
  const asked = splitContent(test.content);
  if (asked.file !== null && found.file !== null && !sameFile(asked.file, found.file)) return null;
  if (asked.titles.length === 0) return "part";
  const titles = [...found.suites, found.name];
  const joins = asked.titles.length === 1 ? [" ", " > "] : [" > "];
  const spelled = plainTitle(asked.titles.join(" > "));
  return joins.some((join) => plainTitle(titles.join(join)) === spelled) ? "test" : null;
}

/** The asked tests by file. Files with the same titles share a group, so that no other test runs. */
export function groupByFile(tests: readonly AskedTest[]): { files: string[]; tests: TitledTest[] }[] {
  const byFile = new Map<string | null, TitledTest[]>();
  for (const test of tests) {
    const titled = splitContent(test.content);
    byFile.set(titled.file, [...(byFile.get(titled.file) ?? []), titled]);
  }
  const groups = new Map<string, { files: string[]; tests: TitledTest[] }>();
  for (const [file, titled] of byFile) {
    const whole = titled.some(({ titles }) => titles.length === 0);
    const names = whole ? [] : [...new Set(titled.map(({ titles }) => titles.join(" > ")))].sort();
    const key = JSON.stringify([file === null, names]);
    const group = groups.get(key) ?? { files: [], tests: whole ? [] : titled };
    groups.set(key, { files: file === null ? group.files : [...group.files, file], tests: group.tests });
  }
  return [...groups.values()];
}

/**
 * One expression that matches the whole title of each of these tests and no other. `joins`: what the tool
 * writes between titles; several if versions differ.
 */
export function oneOf(tests: readonly TitledTest[], joins: readonly string[]): string {
  const names = tests.flatMap(({ titles }) => joins.map((join) => quoteTitle(titles.join(join))));
  const distinct = [...new Set(names)];
  return distinct.length === 1 ? `^${distinct[0]}$` : `^(?:${distinct.join("|")})$`;
}
