import type { ReportCase } from "../../reports/report-case.ts";
import { inRun, npx, planOf, toolOf } from "./plan.ts";
import type { AskedTest, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { matchTitles, splitContent } from "./titles.ts";

const PROJECT = /^\[([^\]]+)\] [>›] (.*)$/s;

/** A line of Playwright's test list, in which titles are not escaped. */
function lineOf({ content }: AskedTest): string {
  const [, project, rest = content] = PROJECT.exec(content) ?? [];
  const { file, titles } = splitContent(rest);
  const path = [...(file === null ? [] : [file]), ...titles.map((title) => title.replace(/\s+/g, " "))];
  return [...(project === undefined ? [] : [`[${project}]`]), ...path].join(" › ");
}

function plan(input: RecipeInput): RecipePlan {
  const report = inRun(input, "playwright.xml");
  const list = inRun(input, "tests.txt");
  const tool = [...toolOf(input, npx("playwright")), "test", "--reporter=line,junit"];
  return planOf({
    commands: [input.tests === null ? tool : [...tool, `--test-list=${list}`]],
    files: input.tests === null ? [] : [{ path: list, text: `${input.tests.map(lineOf).join("\n")}\n` }],
    env: { PLAYWRIGHT_JUNIT_OUTPUT_FILE: report, PLAYWRIGHT_JUNIT_OUTPUT_NAME: report },
    reports: [report],
  });
}

/** In Playwright's JUnit report the classname is the file, the name joins the titles, and the hostname is the project. */
function match(test: AskedTest, found: ReportCase): Match {
  const [, project, rest = test.content] = PROJECT.exec(test.content) ?? [];
  if (project !== undefined && found.hostname !== project) return null;
  const titles = found.name.split(" › ");
  const named = { ...found, file: found.classname, suites: titles.slice(0, -1), name: titles.at(-1) ?? "" };
  return matchTitles({ ...test, content: rest }, named);
}

export const playwright: Recipe = { name: "playwright", frameworkIds: ["playwright"], plan, match };
