import { accessSync, constants, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { accepted, answered } from "../client/client.ts";
import { Plain, reasonOf } from "../programs/plain-error.ts";
import { printable } from "../programs/screen.ts";
import type { Connection } from "./connection.ts";
import { type JobRead, jobCall, paramOf, type RunPath } from "./wait-for-end.ts";

/** The most failures that are shown. */
const MAX_FAILURES = 50;
const MESSAGE_LINES = 5;

/** The tests that failed or broke, the first 50; none if the run sent no report. */
export const readFailures = async (connection: Connection, path: RunPath, { results }: JobRead) => {
  if (results === null || results.failed + results.errors + results.quarantined === 0) return [];
  const query = { outcome: "red" as const, limit: String(MAX_FAILURES) };
  const red = await answered(jobCall(connection).results.$get({ param: paramOf(path), query }));
  return red.filter(({ quarantined }) => !quarantined);
};
export type Failure = Awaited<ReturnType<typeof readFailures>>[number];

export const titleOf = ({ suites, title, parameters }: Failure): string =>
  [...suites, parameters === null ? title : `${title} [${parameters}]`].join(" > ");

/** How many tests passed, failed and so on; undefined if the run sent no report. */
export const countsOf = ({ results }: Pick<JobRead, "results">): string | undefined => {
  if (results === null) return undefined;
  const named: [number, string][] = [
    [results.passed, "passed"],
    [results.failed, "failed"],
    [results.errors, "broken"],
    [results.skipped, "skipped"],
    [results.missing, "missing"],
    [results.flaky, "flaky"],
    [results.quarantined, "under quarantine"],
  ];
  const there = named.filter(([count, word]) => count > 0 || word === "passed");
  return there.map(([count, word]) => `${count} ${word}`).join(", ");
};

/** Failures as lines for people. */
export const failureLines = (failures: readonly Failure[]): string[] =>
  failures.flatMap((failure) => {
    const { file, message } = failure;
    const at = file === null ? "" : ` (${printable(file)})`;
    const lines = (message ?? "").split("\n").slice(0, MESSAGE_LINES);
    const shown = lines.filter((line) => line.trim() !== "").map((line) => `    ${printable(line)}`);
    return [`  ${printable(titleOf(failure))}${at}`, ...shown];
  });

/** Refuses a file that can't be written, before a run is started for it. Throws `Plain`. */
export const refuseUnwritable = (path: string): void => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw new Plain(`${path} can't be written: ${reasonOf(error)}`);
  }
};

/** Writes a file whole or not at all. Throws `Plain`. */
const writeWhole = (path: string, text: string): void => {
  try {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  } catch (error) {
    throw new Plain(`${path} can't be written: ${reasonOf(error)}`);
  }
};

/** Writes a run's results as JUnit XML. Throws `Plain`, `Refused`, `Unanswered`. */
export const writeJunit = async (
  { send }: Connection,
  { project, job }: RunPath,
  path: string,
): Promise<void> => {
  const sending = send(`/projects/${project}/automation/jobs/${job}/exports/junit.xml`);
  writeWhole(path, await (await accepted(sending)).text());
};
