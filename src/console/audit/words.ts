import { JOB_STATUSES } from "../../database/enums.ts";
import { STATUS_WORDS } from "../parts/status.tsx";

/** What the API and the database call otherwise than the table of terms (parts/terms.ts). */
const OTHERWISE: readonly [RegExp, string][] = [
  [/\btest run(s?)\b/g, "test$1"],
  [/\bautomation content\b/g, "runner's command"],
  [/\boverlap\b/g, "if another run goes on"],
];

/** A name of the API, as `createTestRuns` or `test_run`, in the words of the console. */
export const wordsOf = (name: string): string =>
  OTHERWISE.reduce(
    (text, [of, words]) => text.replaceAll(of, words),
    name
      .replaceAll(/([A-Z])/g, " $1")
      .replaceAll("_", " ")
      .toLowerCase(),
  );

const statusWords = new Map(JOB_STATUSES.map((status): [string, string] => [status, STATUS_WORDS[status]]));

/** A stored value as text, a job's status in its word. */
export const valueText = (name: string, value: unknown): string => {
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  return (name === "status" ? statusWords.get(value) : undefined) ?? value;
};
