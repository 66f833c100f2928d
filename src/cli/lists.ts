import { answered } from "../client/client.ts";
import { Plain } from "../programs/plain-error.ts";
import { findProject } from "./find.ts";
import { type CommandLine, numberIn, textIn } from "./options.ts";
import { connection, printList, type Session } from "./session.ts";
import { table } from "./terminal.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

export const limitIn = (line: CommandLine): number => {
  const limit = numberIn(line, "limit") ?? DEFAULT_LIMIT;
  if (limit > MAX_LIMIT) throw new Plain(`--limit must be at most ${MAX_LIMIT}, not ${limit}`);
  return limit;
};

/** Says that a list may go on. */
export const sayMore = ({ line, terminal }: Session, rows: readonly unknown[]): void => {
  if (rows.length === limitIn(line)) terminal.say(`only ${rows.length} are shown; --limit shows more`);
};

/** A wire time for people: 2015-04-08 03:01. */
export const shortTime = (time: string | null): string =>
  (time ?? "never").replace("T", " ").replace(/:\d\d\+00:00$/, "");

export const listHosts = async (session: Session): Promise<number> => {
  const { service } = connection(session);
  const query = { limit: String(limitIn(session.line)) };
  const hosts = await answered(service.automation.hosts.$get({ query }));
  printList(session, hosts, (rows) =>
    table(
      ["ID", "NAME", "STATUS", "LAST PING (UTC)"],
      rows.map((host) => [
        String(host.host_server_id),
        host.host_name,
        host.status,
        shortTime(host.last_ping_at),
      ]),
    ),
  );
  sayMore(session, hosts);
  return 0;
};

const STATUSES = ["PLANNED", "NOT_RUN", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] as const;

const statusIn = (line: CommandLine): (typeof STATUSES)[number] | undefined => {
  const given = textIn(line, "status")?.trim().toUpperCase().replace(/[ -]/g, "_");
  if (given === undefined) return undefined;
  const status = STATUSES.find((each) => each === given);
  if (!status) throw new Plain(`--status must be one of ${STATUSES.join(", ")}`);
  return status;
};

export const listJobs = async (session: Session): Promise<number> => {
  const { line, env } = session;
  const status = statusIn(line);
  const asked = connection(session);
  const project = await findProject(asked, line, env);
  const query = {
    limit: String(limitIn(line)),
    order: "desc" as const,
    ...(status === undefined ? {} : { status }),
  };
  const { jobs } = asked.service.projects[":project"].automation;
  const found = await answered(jobs.$get({ param: { project: String(project) }, query }));
  printList(session, found, (rows) =>
    table(
      ["JOB", "STATUS", "DUE (UTC)", "AGENT", "SCHEDULE", "TESTS", "FAILED"],
      rows.map((job) => [
        String(job.job_id),
        job.status,
        shortTime(job.start_date),
        String(job.agent_server_id),
        String(job.schedule_id),
        job.automation_materials.length === 0 ? "all" : String(job.automation_materials.length),
        job.results === null ? "" : String(job.results.failed + job.results.errors),
      ]),
    ),
  );
  sayMore(session, found);
  return 0;
};

export const listSchedules = async (session: Session): Promise<number> => {
  const { line, env } = session;
  const asked = connection(session);
  const project = await findProject(asked, line, env);
  const { schedules } = asked.service.projects[":project"].automation;
  const query = { limit: String(limitIn(line)) };
  const found = await answered(schedules.$get({ param: { project: String(project) }, query }));
  printList(session, found, (rows) =>
    table(
      ["ID", "NAME", "AGENT", "WHEN", "TIME ZONE", "PAUSED"],
      rows.map((schedule) => [
        String(schedule.schedule_id),
        schedule.name,
        String(schedule.agent_server_id),
        schedule.cron ?? `once, ${shortTime(schedule.start_date)}`,
        schedule.time_zone,
        schedule.paused_at === null ? "" : shortTime(schedule.paused_at),
      ]),
    ),
  );
  sayMore(session, found);
  return 0;
};
