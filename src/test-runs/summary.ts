/** What an import did with a report's cases; part of its response. */
export interface ImportSummary {
  /** The report's format, such as "JUnit XML". */
  format: string;
  /** The tool that wrote the report, if its format shows it. */
  tool: string | null;
  cases: number;
  test_runs: number;
  /** The test runs with several cases; a template with a field of `differ_in` would separate them. */
  merged: { automation_content: string; cases: number[]; differ_in: string[] }[];
  /** The cases that are not tests. */
  left_out: { case: number; line: number | null; name: string; why: string }[];
  /** With a content of the tool's, the number of tests that the tool runs by no name: by their content it runs nothing. */
  not_runnable: number;
  /** Characters that XML forbids, and bytes that are invalid text. */
  replaced: { count: number; line: number | null };
}

/** Whether each test of the report became a test run of its own. A nameless case may have been a test. */
export const isWhole = ({ merged, left_out, test_runs }: ImportSummary): boolean =>
  merged.length === 0 && test_runs > 0 && left_out.every(({ why }) => why !== "nameless");

const MAX_LISTED = 10;
const MAX_CASES = 20;
const SHOWN_CHARACTERS = 80;

/** Escapes all but ASCII as in JSON, because headers carry ASCII. */
const toAscii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The summary as a header: all numbers, the first ten of each list, and texts cut to 80 characters. */
export const summaryHeader = ({ merged, left_out, ...counts }: ImportSummary): string =>
  toAscii(
    JSON.stringify({
      ...counts,
      merged_cases: merged.reduce((sum, { cases }) => sum + cases.length - 1, 0),
      merged: merged.slice(0, MAX_LISTED).map(({ automation_content, cases, differ_in }) => ({
        automation_content: automation_content.slice(0, SHOWN_CHARACTERS),
        cases: cases.slice(0, MAX_CASES),
        differ_in,
      })),
      left_out_cases: left_out.length,
      left_out: left_out
        .slice(0, MAX_LISTED)
        .map(({ name, ...rest }) => ({ ...rest, name: name.slice(0, SHOWN_CHARACTERS) })),
    }),
  );

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** The summary in words: which cases did not become a test of their own, and why; "" if all did. */
export const summaryText = ({
  cases,
  test_runs,
  merged,
  left_out,
  not_runnable,
  replaced,
}: ImportSummary): string => {
  const [first] = merged;
  const why = [...new Set(left_out.map(({ why }) => why.replaceAll("_", " ")))].join(", ");
  const sentences = [
    first &&
      `${counted(cases, "case", "cases")} became ${counted(test_runs, "test", "tests")}: ${first.cases.length} are ${first.automation_content.slice(0, SHOWN_CHARACTERS)}.`,
    left_out.length > 0 &&
      `${counted(left_out.length, "case is no test and was", "cases are no tests and were")} left out (${why}).`,
    not_runnable > 0 &&
      `${counted(not_runnable, "test has", "tests have")} no name by which the tool itself runs ${not_runnable === 1 ? "it" : "them"}.`,
    replaced.count > 0 &&
      `${counted(replaced.count, "character", "characters")} that XML forbids ${replaced.count === 1 ? "was" : "were"} replaced, first on line ${replaced.line}.`,
  ];
  return sentences.filter((sentence) => typeof sentence === "string").join(" ");
};
