import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Judgement, judgeRun } from "../../../../src/host-program/recipes/judge.ts";
import type { Recipe, RecipePlan } from "../../../../src/host-program/recipes/recipe.ts";
import { readRunReport } from "../../../../src/host-program/recipes/run-report.ts";
import { planRun } from "../../../../src/host-program/recipes/table.ts";

export interface Job {
  recipe: Recipe;
  directory: string;
  contents: readonly string[] | null;
  command?: readonly string[] | undefined;
}

export interface JobEnd {
  judgement: Judgement;
  /** The marks that tests left, in the order of running. */
  ran: string[];
  commands: RecipePlan["commands"];
  output: string;
}

export const marksOf = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];

/** Runs a job as the host program does, with nothing of a host around it. */
export function runJob({ recipe, directory, contents, command }: Job): JobEnd {
  const runFolder = mkdtempSync(join(directory, "..", "run-"));
  const tests = contents?.map((content, index) => ({ testRunId: index + 1, name: content, content })) ?? null;
  const plan = planRun(recipe, {
    job: { id: 1, attempt: 1, projectId: 1 },
    tests,
    runFolder,
    directory,
    platform: process.platform,
    env: process.env,
    ...(command ? { command } : {}),
  });
  mkdirSync(runFolder, { recursive: true });
  for (const { path, text } of plan.files) writeFileSync(path, text);
  const marks = join(runFolder, "marks.txt");
  const startedAt = Date.now() - 1000;
  const outputs: Buffer[] = [];
  let output = "";
  const exitCodes = plan.commands.map(([program = "", ...args]) => {
    const ended = spawnSync(program, args, {
      cwd: directory,
      env: { ...process.env, ...plan.env, RAN: marks },
      timeout: 300_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    outputs.push(ended.stdout ?? Buffer.alloc(0));
    output += `${ended.error ?? ""}${ended.stdout}${ended.stderr}`;
    return ended.status ?? 127;
  });
  const files = plan.reports
    .flatMap((pattern) => (existsSync(pattern) ? [pattern] : globSync(pattern)))
    .filter((file) => statSync(file).mtimeMs >= startedAt)
    .map((file) => readFileSync(file));
  const { reportFrom } = plan;
  const written = reportFrom === "stdout" ? [Buffer.concat(outputs)] : files;
  const report = readRunReport(written.map((bytes, index) => ({ name: `${index + 1}-report`, bytes })));
  const judgement = judgeRun({ recipe, asked: tests, reportFrom, report, exitCodes });
  return { judgement, ran: marksOf(marks), commands: plan.commands, output };
}
