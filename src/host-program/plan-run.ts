import type { Exit } from "./child.ts";
import { recipeOf } from "./recipe-choice.ts";
import type { AskedTest, Recipe, RecipePlan } from "./recipes/recipe.ts";
import type { Leased } from "./service-types.ts";
import type { AgentSettings } from "./settings.ts";

export interface RunOutcome {
  status: "COMPLETED" | "FAILED" | "CANCELLED";
  reason: string | null;
}

export interface Planned {
  recipe: Recipe;
  tests: readonly AskedTest[] | null;
  plan: RecipePlan;
}

interface Place {
  leased: Leased;
  runFolder: string;
  directory: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The tests that a job asks for; null: the whole suite. */
export const testsOf = ({ job }: Leased): AskedTest[] | null =>
  job.automation_materials.length === 0
    ? null
    : job.automation_materials.map(({ test_run_id, test_case_name, automation_content }) => ({
        testRunId: test_run_id ?? 0,
        name: test_case_name ?? automation_content,
        content: automation_content,
      }));

/** How an agent's recipe runs the tests of a job. */
export const planFor = (agent: AgentSettings, { leased, runFolder, directory, env }: Place): Planned => {
  const recipe = recipeOf(agent);
  const tests = testsOf(leased);
  const plan = recipe.plan({
    job: { id: leased.job.job_id, attempt: leased.attempt },
    tests,
    runFolder,
    directory,
    platform: process.platform,
    env,
    ...(agent.command === undefined ? {} : { command: agent.command }),
    shell: agent.shell,
  });
  return { recipe, tests, plan };
};

export const outcomeOf = (
  _planned: Planned,
  {
    exits,
  }: {
    exits: readonly Exit[];
    startedAt: number;
    results: readonly string[];
    directory: string;
    stdout: string;
  },
): RunOutcome => {
  const bad = exits.find(({ code }) => code !== 0);
  if (!bad) return { status: "COMPLETED", reason: null };
  return { status: "FAILED", reason: bad.code === null ? `ended by ${bad.signal}` : `exit code ${bad.code}` };
};
