import { expect } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const github = z.object({
  jobs: z.object({
    tests: z.looseObject({
      env: z.record(z.string(), z.string()),
      steps: z.tuple([z.object({ run: z.string() })]),
    }),
  }),
});
const gitlab = z.object({
  tests: z.looseObject({ variables: z.record(z.string(), z.string()), script: z.array(z.string()) }),
});

/** The shell part of a pipeline: its lines and the variables that the pipeline sets. */
export interface PipelineShell {
  lines: string;
  env: Record<string, string>;
}

/** The shell part of an example by the pipeline's name. */
export const PIPELINE_SHELLS: Record<string, (text: string) => PipelineShell> = {
  github: (text) => {
    const { env, steps } = github.parse(parse(text)).jobs.tests;
    expect(env.MUSTER_TOKEN).toBe("${" + "{ secrets.MUSTER_TOKEN }}");
    return { lines: steps[0].run, env: { ...env, GITHUB_ACTIONS: "true" } };
  },
  gitlab: (text) => {
    const { variables, script } = gitlab.parse(parse(text)).tests;
    return { lines: script.join("\n"), env: variables };
  },
  jenkins: (text) => {
    const env = Object.fromEntries(
      [...text.matchAll(/^ +(MUSTER_\w+) = '(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    expect(text).toContain("MUSTER_TOKEN = credentials('muster-token')");
    return { lines: /sh '(.*)'$/m.exec(text)?.[1] ?? "", env };
  },
};
