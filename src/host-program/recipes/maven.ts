import { matchJava, readJavaName } from "./java-names.ts";
import { planOf, toolOf } from "./plan.ts";
import type { AskedTest, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/** Surefire's pattern for one test. It knows no escapes: a character of its own is any one character. */
function patternOf({ content }: AskedTest): string[] {
  const { className, method, row } = readJavaName(content);
  if (method === null) return [className];
  const quoted = (name: string) => name.replace(/[^\w$.(){}-]/g, "?");
  // JUnit 4 calls a row `m[0]`; JUnit 5 and TestNG choose by the method alone.
  const rows = row === "" ? [] : [`${className}#${quoted(method + row)}`];
  return [`${className}#${quoted(method)}`, ...rows];
}

function plan(input: RecipeInput): RecipePlan {
  const command = [...toolOf(input, ["mvn", "-B"]), "test"];
  const patterns = [...new Set(input.tests?.flatMap(patternOf))].join(",");
  // In a build of several modules most of them have none of the tests. The second name is that of version 3.
  const chosen = [`-Dtest=${patterns}`, "-DfailIfNoTests=false", "-Dsurefire.failIfNoSpecifiedTests=false"];
  return planOf("junit", {
    commands: [input.tests === null ? command : [...command, ...chosen]],
    reports: [`${input.directory.replace(/[\\/]+$/, "")}/**/target/surefire-reports/TEST-*.xml`],
  });
}

export const maven: Recipe = {
  name: "maven",
  frameworkIds: ["maven", "surefire", "junit", "testng", "JUnit", "TestNG"],
  plan,
  match: matchJava,
};
