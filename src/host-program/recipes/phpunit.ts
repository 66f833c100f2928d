import type { ReportCase } from "../../reports/report-case.ts";
import { inRun, planOf, toolOf } from "./plan.ts";
import { quoteRegex } from "./quote.ts";
import type { AskedTest, ExitMeaning, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/** The end of a row's name; the value in quotes may be anything. */
const ROW = / with data set (?:#\d+|".*")/s;
/** The short forms of a row in `--filter`: `testX#0` and `testX@name`. */
const SHORT_ROW = /^([^#@"]*)(?:#(\d+)|@(.+))$/s;

function withLongRow(content: string): string {
  const [, test, number, name] = SHORT_ROW.exec(content) ?? [];
  if (test === undefined || ROW.test(content)) return content;
  return `${test} with data set ${number === undefined ? `"${name}"` : `#${number}`}`;
}

/** Gives `My\Ns\ATest::testX`, also for `My.Ns.ATest.testX`, a JUnit report's classname and name. */
function spelled(content: string): string {
  const long = withLongRow(content);
  const row = ROW.exec(long);
  const test = row ? long.slice(0, row.index) : long;
  const at = Math.max(test.lastIndexOf("::"), test.lastIndexOf("."));
  if (at < 0) return long;
  const cls = test.slice(0, at).replaceAll(".", "\\").replace(/^\\/, "");
  return `${cls}::${test.slice(at).replace(/^(?:::|\.)/, "")}${row ? long.slice(row.index) : ""}`;
}

/** A pattern for one test. A name without a class matches any class. */
function patternOf(content: string): string {
  const name = spelled(content);
  const quoted = quoteRegex(name).replaceAll("/", "\\/");
  const rows = ROW.test(name) ? "" : "(?: with data set .*)?";
  return `${name.includes("::") ? "" : "(?:.*::)?"}${quoted}${rows}`;
}

function plan(input: RecipeInput): RecipePlan {
  const report = inRun(input, "phpunit.xml");
  const command = [...toolOf(input, ["vendor/bin/phpunit"]), `--log-junit=${report}`];
  const patterns = input.tests?.map(({ content }) => patternOf(content)) ?? [];
  // With delimiters the expression is used unchanged; without them "#" and "@" mean data sets.
  const filter = `--filter=/^(?:${patterns.join("|")})$/s`;
  return planOf({
    commands: [input.tests === null ? command : [...command, filter]],
    reports: [report],
  });
}

function match({ content }: AskedTest, found: ReportCase): Match {
  const asked = spelled(content);
  const name = spelled(`${found.classname}.${found.name}`);
  const bare = asked.includes("::") ? name : name.slice(name.indexOf("::") + 2);
  if (asked === bare) return "test";
  return bare.startsWith(`${asked} with data set `) ? "part" : null;
}

const MEANINGS: Readonly<Record<number, ExitMeaning>> = { 0: "passed", 1: "failed", 2: "failed" };

export const phpunit: Recipe = {
  name: "phpunit",
  frameworkIds: ["phpunit"],
  plan,
  match,
  exitMeaning: (code) => MEANINGS[code] ?? "broken",
};
