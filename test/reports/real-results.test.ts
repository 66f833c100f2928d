import { describe, expect, test } from "vitest";
import { contentOf } from "../../src/reports/content.ts";
import { nameOf } from "../../src/reports/naming.ts";
import { readReport } from "../../src/reports/read-report.ts";
import { type ReportCase, ReportError } from "../../src/reports/report-case.ts";
import { type RunResult, resultsOf } from "../../src/reports/results.ts";
import { isRunnable } from "../../src/reports/runnable.ts";
import table from "./real/results.txt?raw";

declare global {
  interface ImportMeta {
    glob(
      paths: readonly string[],
      options: { query: "?raw"; import: "default"; eager: true },
    ): Record<string, string>;
  }
}

/**
 * What each report that a real tool wrote becomes. The table `real/results.txt` has one block a report; a line is a
 * result: its outcome, whether it is flaky, its tries, its duration, its name with the row in brackets, and after `=>`
 * the name that an import gives it by which the tool itself runs it again: "not runnable" if it has none, or if the
 * report does not show its tool (`run-names.test.ts`).
 */
const REPORTS = import.meta.glob(["./real/*/*", "../test-runs/reports/*.xml"], {
  query: "?raw",
  import: "default",
  eager: true,
});

const nameIn = ({ file, suites, title, parameters }: Omit<RunResult, "contents">): string => {
  const name = [file, ...suites, title].filter((part) => part !== null).join(" > ");
  return parameters === null ? name : `${name} [${parameters}]`;
};

const lineOf = (result: RunResult, again: string): string => {
  const { kind, outcome, flaky, attempts, durationMs } = result;
  const words = [
    kind === "problem" && "problem,",
    outcome,
    flaky && "flaky",
    attempts > 1 && `${attempts} tries`,
    durationMs !== null && `${durationMs} ms`,
  ].filter((word) => word !== false);
  const end = kind === "test" ? ` => ${again}` : "";
  return `${words.join(" ")}: ${nameIn(result)}${end}`.replace(/\s+/g, " ").trimEnd();
};

const runName = (imported: ReportCase | undefined, tool: string | null): string =>
  imported && isRunnable(imported, tool) ? contentOf(imported, "tool", tool) : "not runnable";

const linesOf = (path: string, text: string): string[] => {
  try {
    const bytes = new TextEncoder().encode(text);
    const report = readReport(bytes, path.split("/").at(-1) ?? "");
    const { tool, cases } = report;
    // An import knows no name of the report.
    const imported = readReport(bytes, "").cases;
    const again = new Map(
      cases.map((each, at) => [JSON.stringify(nameOf(each, tool)), runName(imported[at], tool)]),
    );
    return resultsOf([report]).map((result) => {
      const { file, suites, title, parameters } = result;
      return lineOf(result, again.get(JSON.stringify({ file, suites, title, parameters })) ?? "");
    });
  } catch (error) {
    if (error instanceof ReportError) return [`refused: ${error.message}`];
    throw error;
  }
};

const blocks = new Map(
  table
    .trim()
    .split(/\n\n+/)
    .map((block): [string, string[]] => {
      const [head = "", ...lines] = block.split("\n");
      return [head.replace(/^# /, ""), lines];
    }),
);

const plainPath = (path: string): string => path.replace(/^\.\/real\//, "").replace(/^\.\.\//, "");

describe("The results of a real report are those of the table", () => {
  test.each(Object.entries(REPORTS).map(([path, text]) => [plainPath(path), text] as const))(
    "%s",
    (path, text) => {
      expect(linesOf(path, text)).toEqual(blocks.get(path) ?? []);
    },
  );
});

test("the table has a block for each report and no other, of at least 25 tools", () => {
  const paths = Object.keys(REPORTS).map(plainPath);
  expect([...blocks.keys()].sort()).toEqual(paths.sort());
  const folders = paths.filter((path) => !path.startsWith("test-runs")).map((path) => path.split("/")[0]);
  expect(new Set(folders).size).toBeGreaterThanOrEqual(25);
});
