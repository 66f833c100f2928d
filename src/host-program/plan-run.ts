import { readFileSync } from "node:fs";
import type { Exit } from "./child.ts";
import { recipeOf } from "./recipe-choice.ts";
import { judgeRun } from "./recipes/judge.ts";
import type { AskedTest, Recipe, RecipeInput, RecipePlan } from "./recipes/recipe.ts";
import { type ReportFile, readRunReport } from "./recipes/run-report.ts";
import { planRun } from "./recipes/table.ts";
import { filesSince, readableFiles, reportName } from "./report-files.ts";
import type { Leased } from "./service-types.ts";
import type { AgentSettings } from "./settings.ts";

export interface RunOutcome {
  status: "COMPLETED" | "FAILED" | "CANCELLED";
  reason: string | null;
  /** Failed tests are all that is wrong. */
  cause?: "tests_failed";
  /** Each test was judged by the run's reports. */
  hasJudged?: true;
  /** Of the first command that failed, else 0. */
  exitCode?: number;
}

export interface Planned {
  recipe: Recipe;
  /** null: the whole suite. */
  tests: readonly AskedTest[] | null;
  plan: RecipePlan;
}

interface Place {
  runFolder: string;
  directory: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The tests that a job asks for; null: the whole suite. */
export const testsOf = ({ job }: Leased): AskedTest[] | null =>
  job.automation_materials.length === 0
    ? null
    : job.automation_materials.map(({ test_run_id, test_case_name, automation_content }) => ({
        testRunId: test_run_id,
        name: test_case_name,
        content: automation_content,
      }));

/** How an agent's recipe runs some tests in a place. */
export const planTests = (
  agent: AgentSettings,
  { job, tests, ...place }: Place & Pick<RecipeInput, "job" | "tests">,
): Planned => {
  const recipe = recipeOf(agent);
  const plan = planRun(recipe, {
    job,
    tests,
    ...place,
    platform: process.platform,
    ...(agent.command === undefined ? {} : { command: agent.command }),
    shell: agent.shell,
    results: agent.results,
  });
  return { recipe, tests, plan };
};

/** How an agent's recipe runs a job. */
export const planFor = (agent: AgentSettings, { leased, ...place }: Place & { leased: Leased }): Planned =>
  planTests(agent, {
    job: { id: leased.job.job_id, attempt: leased.attempt, projectId: leased.job.project_id },
    tests: testsOf(leased),
    ...place,
  });

interface Ran {
  /** Epoch milliseconds. An older report belongs to another run. */
  startedAt: number;
  results: readonly string[];
  directory: string;
  /** The file of the standard output. */
  stdout: string;
}

/** The absolute paths of a run's reports. */
export const reportsOf = ({ plan }: Planned, { startedAt, results, directory, stdout }: Ran): string[] =>
  plan.reportFrom === "stdout"
    ? [stdout]
    : filesSince(results.length > 0 ? results : plan.reports, directory, startedAt);

/** The report files, each read only when it is asked for. */
function* filesOf(paths: readonly string[]): Generator<ReportFile> {
  for (const [index, path] of paths.entries())
    yield { name: reportName(path, index), bytes: readFileSync(path) };
}

/** The outcome of a run: by its reports and exit codes together. */
export const outcomeOf = (
  { recipe, tests, plan }: Planned,
  { exits, reports }: { exits: readonly Exit[]; reports: readonly string[] },
): RunOutcome => {
  const killed = exits.find(({ code }) => code === null);
  if (killed) return { status: "FAILED", reason: `its command was ended by ${killed.signal}` };
  const readable = plan.reportFrom === "stdout" ? reports : readableFiles(reports);
  const exitCodes = exits.map(({ code }) => code ?? 0);
  const { outcome, reason, isOfTests } = judgeRun({
    ...{ recipe, asked: tests, reportFrom: plan.reportFrom, exitCodes },
    report: readRunReport(filesOf(readable)),
  });
  return {
    ...{ status: outcome, reason, exitCode: exitCodes.find((code) => code !== 0) ?? 0 },
    ...(isOfTests ? { cause: "tests_failed" } : {}),
    ...(plan.reportFrom === "none" ? {} : { hasJudged: true }),
  };
};
