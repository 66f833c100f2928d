import type { ReportCase } from "../../reports/report-case.ts";
import { planOf, toolOf } from "./plan.ts";
import type { AskedTest, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

const quote = (value: string): string => value.replace(/[\\()&|=!~]/g, "\\$&").replaceAll(",", "%2C");

/** A row's arguments are in NUnit's full name, but only in the display name of xUnit.net. */
function filterOf({ content }: AskedTest): string[] {
  const isRow = /\(.*\)$/s.test(content);
  return [`FullyQualifiedName=${quote(content)}`, ...(isRow ? [`DisplayName=${quote(content)}`] : [])];
}

function plan(input: RecipeInput): RecipePlan {
  const command = [
    ...toolOf(input, ["dotnet"]),
    "test",
    `--logger=trx;LogFilePrefix=muster${input.part ?? ""}`,
    `--results-directory=${input.runFolder}`,
  ];
  const filter = [...new Set(input.tests?.flatMap(filterOf))].join("|");
  return planOf({
    commands: [input.tests === null ? command : [...command, "--filter", filter]],
    reports: [`${input.runFolder.replace(/[\\/]+$/, "")}/**/*.trx`],
  });
}

function match({ content }: AskedTest, found: ReportCase): Match {
  const full = `${found.classname}.${found.name}`;
  if (content === full || content === found.name) return "test";
  return full.startsWith(`${content}(`) || found.name.startsWith(`${content}(`) ? "part" : null;
}

export const dotnetTest: Recipe = {
  name: "dotnet test",
  frameworkIds: ["dotnet", "dotnet test", "nunit", "xunit", "mstest"],
  plan,
  match,
};
