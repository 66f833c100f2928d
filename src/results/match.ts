import type { Material } from "../jobs/materials.ts";
import type { RunResult } from "../reports/results.ts";

/**
 * Which of a job's materials each result is of, as its test run's id; null where it is of none. A material's content is
 * one of the names by which an import would have made the case; of several with that content, the one of its title.
 */
export const matchTestRuns = (
  results: readonly Pick<RunResult, "contents" | "title">[],
  materials: readonly Material[],
): (number | null)[] => {
  const byContent = Map.groupBy(materials, ({ automation_content }) => automation_content.trim());
  if (byContent.size === 0) return results.map(() => null);
  const taken = new Set<number>();
  return results.map(({ contents, title }) => {
    const content = contents.find((each) => byContent.has(each.trim()));
    const named = content === undefined ? [] : (byContent.get(content.trim()) ?? []);
    const found =
      named.find(({ test_case_name }) => test_case_name === title.trim()) ??
      named.find(({ test_run_id }) => !taken.has(test_run_id)) ??
      named[0];
    if (found) taken.add(found.test_run_id);
    return found?.test_run_id ?? null;
  });
};
