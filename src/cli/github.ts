import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { reasonOf } from "../programs/plain-error.ts";
import { failureLine } from "../wire/failure-line.ts";
import type { Variables } from "./login-file.ts";
import { countsOf, type Failure, titleOf } from "./results.ts";
import type { Terminal } from "./terminal.ts";
import type { JobRead } from "./wait-for-end.ts";

/** Whether GitHub Actions reads what is printed. */
export const inGithub = ({ GITHUB_ACTIONS }: Variables): boolean => GITHUB_ACTIONS === "true";

const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const MAX_MESSAGE = 2000;

/** Failures as annotations of GitHub Actions. */
export const annotationsOf = (failures: readonly Failure[]): string[] =>
  failures.map((failure) => {
    const line = failureLine(failure);
    const properties = [
      ...(failure.file ? [`file=${property(failure.file)}`] : []),
      ...(line === undefined ? [] : [`line=${line}`]),
      `title=${property(titleOf(failure))}`,
    ];
    return `::error ${properties.join(",")}::${data((failure.message ?? "it failed").slice(0, MAX_MESSAGE))}`;
  });

const cell = (text: string): string =>
  text
    .slice(0, MAX_MESSAGE)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\|`*_[\]]/g, "\\$&")
    .replace(/\r?\n/g, "<br>");

/** The summary of a run, in Markdown. */
export const summaryOf = (
  job: Pick<JobRead, "job_id" | "status" | "results">,
  { address, failures }: { address: string; failures: readonly Failure[] },
): string => {
  const rows = failures.map((failure) => `| ${cell(titleOf(failure))} | ${cell(failure.message ?? "")} |`);
  return [
    `### [Job ${job.job_id}](${address}): ${job.status}`,
    "",
    countsOf(job) ?? "The run sent no report of tests.",
    ...(rows.length === 0 ? [] : ["", "| failed | why |", "| --- | --- |", ...rows]),
    "",
    "",
  ].join("\n");
};

/** Adds to the summary of the step. A summary that can't be written fails no run. */
export const addSummary = (
  { GITHUB_STEP_SUMMARY: path }: Variables,
  text: string,
  terminal: Terminal,
): void => {
  if (!path) return;
  try {
    appendFileSync(path, text);
  } catch (error) {
    terminal.say(`the summary ${path} can't be written: ${reasonOf(error)}`);
  }
};

/** A terminal whose text from others can't be a command to GitHub Actions. `resume` takes commands again. */
export const withoutCommands = (terminal: Terminal): { resume: () => void } => {
  const mark = randomUUID();
  terminal.print(`::stop-commands::${mark}`);
  return { resume: () => terminal.print(`::${mark}::`) };
};
