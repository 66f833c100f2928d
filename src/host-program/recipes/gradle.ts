import { matchJava, readJavaName } from "./java-names.ts";
import { inRun, planOf, toolOf } from "./plan.ts";
import type { AskedTest, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

function patternOf({ content }: AskedTest): string {
  const { className, method } = readJavaName(content);
  return method === null ? className : `${className}.${method}`;
}

/** A text in Groovy's single quotes, in which only the backslash and the quote are special. */
const groovy = (text: string): string => `'${text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;

/**
 * An init script, not `--tests`: with that option a module without such a test fails the build, and an
 * unchanged test task is skipped.
 */
const initScript = (reports: string, patterns: readonly string[]): string => `allprojects { project ->
  project.tasks.withType(Test) { task ->
    def folder = new File(${groovy(reports)}, (project.path + '_' + task.name).replaceAll('[^A-Za-z0-9_]', '_'))
    if (task.reports.junitXml.hasProperty('outputLocation')) {
      task.reports.junitXml.outputLocation.set(folder)
    } else {
      task.reports.junitXml.destination = folder
    }
    task.outputs.upToDateWhen { false }
    task.outputs.cacheIf { false }
${patterns.map((pattern) => `    task.filter.includeTestsMatching(${groovy(pattern)})\n`).join("")}    task.filter.failOnNoMatchingTests = false
  }
}
`;

function plan(input: RecipeInput): RecipePlan {
  const reports = inRun(input, "gradle");
  const script = inRun(input, "muster.gradle");
  const usual = input.platform === "win32" ? "gradlew.bat" : "./gradlew";
  const patterns = [...new Set(input.tests?.map(patternOf))];
  return planOf({
    commands: [[...toolOf(input, [usual]), "--init-script", script, "--continue", "test"]],
    files: [{ path: script, text: initScript(reports, patterns) }],
    reports: [`${reports}/**/TEST-*.xml`],
  });
}

export const gradle: Recipe = { name: "gradle", frameworkIds: ["gradle"], plan, match: matchJava };
