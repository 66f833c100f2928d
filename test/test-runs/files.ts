import { z } from "zod";
import type { Answer, RequestOptions, World } from "../world.ts";

/** Sends a file of test runs to a project. */
export const bringIn = (
  world: World,
  projectId: number,
  file: string | Uint8Array,
  { type = "application/xml", query = "", headers = {}, ...options }: FileOptions = {},
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

/** The test runs of a good answer. */
export const runsIn = (answer: Answer) => {
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text.slice(0, 500)}`);
  return z.array(runShape).parse(answer.body);
};

/** What a report says of its test runs: name and content of each. */
export const saidIn = (answer: Answer): [name: string, content: string][] =>
  runsIn(answer).map(({ test_case_name, automation_content }) => [test_case_name, automation_content]);
