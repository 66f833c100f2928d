export const RESULT_OUTCOMES = ["passed", "skipped", "failed", "error"] as const;
export type ResultOutcome = (typeof RESULT_OUTCOMES)[number];

/** The permanent identity of a test within a project. */
export interface TestName {
  file: string | null;
  suites: string[];
  title: string;
  parameters: string | null;
}
