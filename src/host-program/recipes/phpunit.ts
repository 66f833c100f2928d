import { inRun, planOf, toolOf } from "./plan.ts";
import { quoteRegex } from "./quote.ts";
import type { AskedTest, ExitMeaning, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import type { FoundCase } from "./report-case.ts";

/** A row's name has this behind the method; the value in quotes may be anything. */
const ROW = / with data set (?:#\d+|".*")/s;
/** The short forms of a row that `--filter` knows: `testX#0` and `testX@name`. */
const SHORT_ROW = /^([^#@"]*)(?:#(\d+)|@(.+))$/s;

function withLongRow(content: string): string {
  const [, test, number, name] = SHORT_ROW.exec(content) ?? [];
  if (test === undefined || ROW.test(content)) return content;
  return `${test} with data set ${number === undefined ? `"${name}"` : `#${number}`}`;
}

/** `My\Ns\ATest::testX`, and `My.Ns.ATest.testX` as a JUnit report's classname and name give it. */
function spelled(content: string): string {
  const long = withLongRow(content);
  const row = ROW.exec(long);
  const test = row ? long.slice(0, row.index) : long;
  const at = Math.max(test.lastIndexOf("::"), test.lastIndexOf("."));
  if (at < 0) return long;
  const cls = test.slice(0, at).replaceAll(".", "\\").replace(/^\\/, "");
  return `${cls}::${test.slice(at).replace(/^(?:::|\.)/, "")}${row ? long.slice(row.index) : ""}`;
}

/** A class or method of its own: a name without class is any class's. */
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
  // In its own delimiters the expression is taken as it is; without them "#" and "@" mean data sets.
  const filter = `--filter=/^(?:${patterns.join("|")})$/s`;
  return planOf("junit", {
    commands: [input.tests === null ? command : [...command, filter]],
    reports: [report],
  });
}

function match({ content }: AskedTest, found: FoundCase): Match {
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
