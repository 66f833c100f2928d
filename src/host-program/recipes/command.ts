import type { ReportCase } from "../../reports/report-case.ts";
import { inRun, planOf } from "./plan.ts";
import { quoteCmd, quoteShell } from "./quote.ts";
import type { AskedTest, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

type Values = Readonly<Record<string, readonly string[]>>;

/** Our placeholders, and the vendor's with or without braces. */
const PLACEHOLDER =
  /\{(tests|tests_file|job_id|attempt|run_folder)\}|\$\{QTE\.(jobId|projectId|testcaseIds)\}|\$QTE\.(jobId|projectId|testcaseIds)\b/g;

function valuesOf(input: RecipeInput): Values {
  const tests = input.tests ?? [];
  return {
    tests: tests.map(({ content }) => content),
    tests_file: [inRun(input, "tests.txt")],
    job_id: [String(input.job.id)],
    attempt: [String(input.job.attempt)],
    run_folder: [input.runFolder],
    jobId: [String(input.job.id)],
    projectId: [String(input.job.projectId)],
    testcaseIds: [tests.map(({ testRunId }) => testRunId).join(",")],
  };
}

/** The argument `{tests}` becomes one argument per test; within more text they are joined by commas. */
function fillArgument(argument: string, values: Values): string[] {
  if (argument === "{tests}") return [...(values.tests ?? [])];
  return [
    argument.replace(PLACEHOLDER, (_, own, vendor, bare) => (values[own ?? vendor ?? bare] ?? []).join(",")),
  ];
}

/** In a shell line each value is one quoted word. */
function fillLine(line: string, values: Values, quote: (text: string) => string): string {
  return line.replace(PLACEHOLDER, (_, own, vendor, bare) =>
    (values[own ?? vendor ?? bare] ?? []).map(quote).join(" "),
  );
}

/**
 * The agent's own command with `{tests}`, `{tests_file}` (a file with one content per line), `{job_id}`,
 * `{attempt}` and `{run_folder}`. Without a shell no character of a test's name is special.
 */
function plan(input: RecipeInput): RecipePlan {
  const template = input.command ?? [];
  const values = valuesOf(input);
  const quote = input.platform === "win32" ? quoteCmd : quoteShell;
  const command = input.shell
    ? [fillLine(template.join(" "), values, quote)]
    : template.flatMap((argument) => fillArgument(argument, values));
  const lines = (input.tests ?? []).map(({ content }) => `${content.replace(/\s+/g, " ")}\n`).join("");
  return planOf({
    commands: [command],
    shell: input.shell === true,
    files: [{ path: inRun(input, "tests.txt"), text: lines }],
    reports: input.results ?? [],
    reportFrom: input.results && input.results.length > 0 ? "files" : "none",
  });
}

/** For reports of any tool: the content is the case's name, with or without a prefix that reports use. */
function match({ content }: AskedTest, found: ReportCase): Match {
  const around = [
    found.classname,
    found.suites.join(" > "),
    found.suites.join(" "),
    found.suites.at(-1) ?? "",
  ];
  const files = found.file === null ? [] : [found.file];
  const spellings = [...around, ...files].flatMap((before) =>
    [".", " > ", " › ", " ", "::", "#", "/", ": "].map((join) => `${before}${join}${found.name}`),
  );
  return [found.name, ...spellings].includes(content) ? "test" : null;
}

export const command: Recipe = {
  name: "command",
  frameworkIds: [],
  plan,
  match,
  keepTogether: () => "",
};
