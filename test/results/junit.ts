import type { Answer, Ready, World } from "../world.ts";

export interface Case {
  name: string;
  outcome?: "passed" | "failed" | "error" | "skipped";
  message?: string;
  detail?: string;
  seconds?: number;
  file?: string;
  classname?: string;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const ELEMENTS = { failed: "failure", error: "error", skipped: "skipped" } as const;

const caseXml = ({ name, outcome = "passed", message = "", detail = "", seconds = 1, ...rest }: Case) => {
  const { file, classname = "suite" } = rest;
  const inner =
    outcome === "passed"
      ? ""
      : `<${ELEMENTS[outcome]} message="${escaped(message)}">${escaped(detail)}</${ELEMENTS[outcome]}>`;
  const at = file === undefined ? "" : ` file="${escaped(file)}"`;
  return `<testcase classname="${escaped(classname)}" name="${escaped(name)}"${at} time="${seconds}">${inner}</testcase>`;
};

/** A JUnit report of these cases in one suite. */
export const junit = (...cases: Case[]): string =>
  `<testsuites><testsuite name="all">${cases.map(caseXml).join("\n")}</testsuite></testsuites>`;

export const passed = (...names: string[]): Case[] => names.map((name) => ({ name }));
export const failed = (name: string, message = "it broke"): Case => ({ name, outcome: "failed", message });

export const jobPath = ({ projectId, jobId }: Pick<Ready, "projectId" | "jobId">): string =>
  `/api/v3/projects/${projectId}/automation/jobs/${jobId}`;

/** Sends a report of the first attempt of a job. */
export const sendReport = (
  world: World,
  ready: Pick<Ready, "projectId" | "jobId">,
  report: string,
  { name = "junit.xml", attempt = 1, query = "", ...options }: SendOptions = {},
): Promise<Answer> =>
  world.put(`${jobPath(ready)}/attempts/${attempt}/reports/${name}${query}`, report, options);

interface SendOptions {
  name?: string;
  attempt?: number;
  query?: string;
  token?: string;
  headers?: Record<string, string>;
}

/** A job of these test runs that its host runs. */
export const running = async (world: World, names: string[] = []) => {
  const ready = await world.ready();
  const testRunIds = names.map((_, place) => place + 1);
  if (names.length > 0) {
    const runs = names.map((name, place) => ({
      test_run_id: place + 1,
      test_case_name: name,
      automation_content: `suite.${name}`,
    }));
    await world.post(`/api/v3/projects/${ready.projectId}/automation/test-runs`, runs);
  }
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { testRunIds });
  await world.report(ready.projectId, jobId, "RUNNING");
  return { ...ready, jobId };
};

/** One more job of the same project that runs. */
export const runAgain = async (world: World, ready: Ready): Promise<Ready> => {
  const { jobId } = await world.schedule(ready.projectId, ready.agentId);
  await world.report(ready.projectId, jobId, "RUNNING");
  return { ...ready, jobId };
};
