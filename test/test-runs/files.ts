import { z } from "zod";
import type { Answer, RequestOptions, World } from "../world.ts";

/** Sends a file of test runs to a project. */
export const bringIn = (
  world: World,
  projectId: number,
  {
    file,
    options: { type = "application/xml", query = "", headers = {}, ...options } = {},
  }: { file: string | Uint8Array; options?: FileOptions },
): Promise<Answer> =>
  world.post(`/api/v3/projects/${projectId}/automation/test-runs${query}`, file, {
    ...options,
    headers: { "Content-Type": type, ...headers },
  });

interface FileOptions extends RequestOptions {
  type?: string;
  query?: string;
}

const runShape = z.strictObject({
  test_run_id: z.int(),
  test_case_id: z.int(),
  test_case_name: z.string(),
  test_case_version_id: z.int(),
  automation_content: z.string(),
});

/** The test runs of a good answer; of a 200, those of a report that not each case became one of. */
export const runsIn = (answer: Answer, status: 200 | 201 = 201) => {
  if (answer.status !== status) throw new Error(`${answer.status} ${answer.text.slice(0, 500)}`);
  return z.array(runShape).parse(answer.body);
};

const summaryShape = z.strictObject({
  format: z.string(),
  tool: z.string().nullable(),
  cases: z.int(),
  test_runs: z.int(),
  replaced: z.strictObject({ count: z.int(), line: z.int().nullable() }),
  merged_cases: z.int(),
  merged: z.array(
    z.strictObject({
      automation_content: z.string(),
      cases: z.array(z.int()),
      differ_in: z.array(z.string()),
    }),
  ),
  left_out_cases: z.int(),
  not_runnable: z.int(),
  left_out: z.array(
    z.strictObject({ case: z.int(), line: z.int().nullable(), name: z.string(), why: z.string() }),
  ),
});

/** What an answer says became of a report's cases. */
export const summaryIn = (answer: Answer) =>
  summaryShape.parse(JSON.parse(answer.headers.get("Import-Summary") ?? "null"));

/** What a report says of its test runs: name and content of each. */
export const saidIn = (answer: Answer, status: 200 | 201 = 201): [name: string, content: string][] =>
  runsIn(answer, status).map(({ test_case_name, automation_content }) => [
    test_case_name,
    automation_content,
  ]);
