import { readJunit } from "../../reports/junit.ts";
import { ReportError } from "../../reports/report-case.ts";
import { readCucumber } from "./read-cucumber.ts";
import { readGo } from "./read-go.ts";
import { readJest } from "./read-jest.ts";
import { readMocha } from "./read-mocha.ts";
import { readNode } from "./read-node.ts";
import { readRspec } from "./read-rspec.ts";
import { readTrx } from "./read-trx.ts";
import type { ReportKind, RunReport } from "./recipe.ts";

const READERS: Readonly<Record<Exclude<ReportKind, "none" | "junit">, (text: string) => RunReport>> = {
  jest_json: readJest,
  mocha_json: readMocha,
  cucumber_messages: readCucumber,
  go_json: readGo,
  node_lines: readNode,
  rspec_json: readRspec,
  trx: readTrx,
};

function readJunitReport(bytes: Uint8Array): RunReport {
  try {
    const { cases, problems } = readJunit(bytes);
    const errors = problems.map(({ suites, message }) => [...suites, message].join(": "));
    return { cases, errors };
  } catch (error) {
    if (error instanceof ReportError)
      return { cases: [], errors: [`A report can't be read: ${error.message}`] };
    throw error;
  }
}

function readOne(kind: Exclude<ReportKind, "none">, bytes: Uint8Array): RunReport {
  return kind === "junit" ? readJunitReport(bytes) : READERS[kind](new TextDecoder().decode(bytes));
}

/**
 * The report files (or standard outputs) of one run as one report, in the given order; null if there are
 * none. A file that cannot be read is an error of the run, never an exception.
 */
export function readReports(kind: ReportKind, files: readonly Uint8Array[]): RunReport | null {
  if (kind === "none" || files.length === 0) return null;
  const reports = files.map((bytes) => readOne(kind, bytes));
  return {
    cases: reports.flatMap(({ cases }) => cases),
    errors: reports.flatMap(({ errors }) => errors),
  };
}
