import { answered } from "../client/client.ts";
import { traceContextOf } from "../wire/trace-context.ts";
import { findAgent, findProject } from "./find.ts";
import { inGithub } from "./github.ts";
import { Unanswered } from "./patient-fetch.ts";
import type { RunOptions } from "./run-options.ts";
import { connection, type Session, wantsJson } from "./session.ts";
import type { RunPath } from "./wait-for-end.ts";

/** How long to try without an answer, where no time limit says less. */
export const PATIENCE_MS = 15 * 60_000;

/** A run that was started. */
export interface Started extends RunPath {
  tests: number;
  address: string;
}

const nameIn = ({ name }: RunOptions, { env }: Session): string => {
  if (name !== undefined) return name;
  const { GITHUB_WORKFLOW, GITHUB_RUN_NUMBER } = env;
  if (inGithub(env) && GITHUB_WORKFLOW)
    return `${GITHUB_WORKFLOW} ${GITHUB_RUN_NUMBER ?? ""}`.trim().slice(0, 255);
  return "From the command line";
};

const COMMIT = /^[0-9a-f]{7,64}$/i;

/** The commit that is tested: as given, else the one that the pipeline names, where that is one. */
const commitIn = ({ commit }: RunOptions, { env }: Session): string | undefined =>
  commit ?? [env.GITHUB_SHA, env.CI_COMMIT_SHA].find((named) => named !== undefined && COMMIT.test(named));
/** The trace that this command was started in, as headers: the run belongs to it. */
const traceHeaders = ({ env }: Session): Record<string, string> => {
  const { traceparent, tracestate } = traceContextOf(env.TRACEPARENT, env.TRACESTATE) ?? {};
  return { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) };
};

/** Starts the run: once, however often its request must be sent. Throws `Plain`, `Refused`, `Unanswered`. */
export const startRun = async (
  session: Session,
  options: RunOptions,
  { until, stop }: { until: number; stop: AbortSignal },
): Promise<Started> => {
  const patienceMs = Math.min(PATIENCE_MS, Math.max(0, until - performance.now()));
  const asked = connection(session, { patienceMs, signal: stop });
  const project = await findProject(asked, session.line, session.env);
  const agent = await findAgent(asked, { project, agent: options.agent });
  const commit = commitIn(options, session);
  const json = {
    name: nameIn(options, session),
    agent_server_id: agent,
    ...(options.tests.length === 0 ? {} : { tests: options.tests }),
    ...(options.parameters.length === 0 ? {} : { parameters: options.parameters }),
    ...(commit === undefined ? {} : { commit }),
  };
  const { schedules } = asked.service.projects[":project"].automation;
  const param = { project: String(project) };
  const made = await answered(schedules.$post({ param, json }, { headers: traceHeaders(session) }));
  const [job] = made.jobs;
  if (!job) throw new Unanswered("the answer has no job");
  const address = `${asked.url}/console/projects/${project}/jobs/${job.job_id}`;
  return { project, job: job.job_id, tests: job.automation_materials.length, address };
};

export const showStart = (session: Session, { job, project, tests, address }: Started): void => {
  const { terminal } = session;
  if (wantsJson(session)) terminal.print(JSON.stringify({ event: "started", job, project, tests, address }));
  else
    terminal.print(
      `job ${job} of ${tests === 0 ? "all tests" : `${tests} ${tests === 1 ? "test" : "tests"}`}: ${address}`,
    );
};
