import type { Material } from "../jobs/materials.ts";
import type { RunResult } from "../reports/results.ts";

/**
 * The test run id of the material that each result belongs to; null if it belongs to none. A material's content equals
 * one of the contents that an import would have given the case. Of several materials with that content, the one with
 * its title.
 */
export const matchTestRuns = (
  results: readonly Pick<RunResult, "contents" | "title">[],
  materials: readonly Material[],
): (number | null)[] => {
  const byContent = Map.groupBy(materials, ({ automation_content }) => automation_content.trim());
  if (byContent.size === 0) return results.map(() => null);
  const materialsOf = (contents: Iterable<string>): readonly Material[] => {
    for (const content of contents) {
      const found = content === "" ? undefined : byContent.get(content);
      if (found) return found;
    }
    return [];
  };
  const taken = new Set<number>();
  return results.map(({ contents, title }) => {
    const named = materialsOf(contents);
    const found =
      named.find(({ test_case_name }) => test_case_name === title.trim()) ??
      named.find(({ test_run_id }) => !taken.has(test_run_id)) ??
      named[0];
    if (found) taken.add(found.test_run_id);
    return found?.test_run_id ?? null;
  });
};
