import { matchJava, readJavaName } from "./java-names.ts";
import { planOf, toolOf } from "./plan.ts";
import type { AskedTest, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/** Surefire's pattern for one test. It has no escapes: a special character becomes `?`, any one character. */
function patternOf({ content }: AskedTest): string[] {
  const { className, method, row } = readJavaName(content);
  if (method === null) return [className];
  const quoted = (name: string) => name.replace(/[^\w$.(){}-]/g, "?");
  // JUnit 4 names a row `m[0]`; JUnit 5 and TestNG select by the method only.
  const rows = row === "" ? [] : [`${className}#${quoted(method + row)}`];
  return [`${className}#${quoted(method)}`, ...rows];
}

function plan(input: RecipeInput): RecipePlan {
  const command = [...toolOf(input, ["mvn", "-B"]), "test"];
  const patterns = [...new Set(input.tests?.flatMap(patternOf))].join(",");
  // Most modules of a build have none of the tests. The second name is that of Surefire 3.
  const chosen = [`-Dtest=${patterns}`, "-DfailIfNoTests=false", "-Dsurefire.failIfNoSpecifiedTests=false"];
  return planOf({
    commands: [input.tests === null ? command : [...command, ...chosen]],
    reports: [`${input.directory.replace(/[\\/]+$/, "")}/**/target/surefire-reports/TEST-*.xml`],
  });
}

export const maven: Recipe = {
  name: "maven",
  frameworkIds: ["maven", "surefire", "junit", "testng", "JUnit", "TestNG"],
  plan,
  match: matchJava,
  keepTogether: ({ content }) => readJavaName(content).className,
};
