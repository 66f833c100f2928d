import { z } from "zod";
import { formatWireTime, wholeSecond } from "../http/times.ts";
import { Conversation } from "./conversation.ts";
import { Any, anyId, anyText, differences, timeNear } from "./expectation.ts";
import { baseUrlOf, Plain, readVariables, runScript } from "./surroundings.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CLOCKS_APART_MINUTES = 10;

const OK = [200];
/** Right for what may be known from an earlier run. */
const MADE_OR_KNOWN = [201, 200];
const MADE = [201];

const PROJECT = { id: 10, name: "Project 10" };
const HOST = {
  host_name: "Host server - 192.168.74.73",
  ip_address: " 192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E",
};
const AGENT = { name: "AGENT 1", framework: "testNG", framework_id: "testNG-plugin" };
const AGENT_NUMBER = "29";
const TEST_RUN = {
  test_run_id: 6691,
  test_case_id: 18893,
  test_case_name: "groovy.GebLogin",
  test_case_version_id: 20372,
  automation_content: "groovy.GebLogin",
};

const numberIn = (answer: unknown, field: string): number =>
  z.looseObject({ [field]: z.int() }).parse(answer)[field] as number;

/** A time as the specification has clients write it in a query. */
const queryTime = (at: number): string => encodeURIComponent(formatWireTime(at).replace("+00:00", "+0000"));

/** A list that may hold more, but holds `job` once. */
const listWith = (job: Record<string, unknown>): Any =>
  new Any(
    `a list with ${JSON.stringify(job, (_, value: unknown) => (value instanceof Any ? `(${value.what})` : value))}`,
    (value) =>
      Array.isArray(value) && value.filter((each) => differences(job, each).length === 0).length === 1,
  );

const prepareAgent = async (
  talk: Conversation,
): Promise<{ host: number; agent: number; agentPath: string }> => {
  await talk.ask(
    "Make the project",
    { method: "POST", path: "/api/v3/projects", body: PROJECT },
    { statuses: MADE_OR_KNOWN, answer: PROJECT },
  );
  const host = numberIn(
    await talk.ask(
      "A host registers",
      { method: "POST", path: "/api/v3/automation/host", body: HOST },
      { statuses: MADE_OR_KNOWN, answer: { host_server_id: anyId, ...HOST } },
    ),
    "host_server_id",
  );
  const moved = { ...HOST, ip_address: "192.168.74.73" };
  await talk.ask(
    "It updates what it said of itself",
    { method: "PUT", path: `/api/v3/automation/hosts/${host}`, body: moved },
    { statuses: OK, answer: { host_server_id: host, ...moved } },
  );
  await talk.ask(
    "It pings",
    { method: "POST", path: `/api/v3/automation/hosts/${host}/ping`, body: { host_guid: HOST.host_guid } },
    { statuses: OK, answer: { received_time: timeNear(CLOCKS_APART_MINUTES), pong_message: "true" } },
  );
  const agents = `/api/v3/projects/${PROJECT.id}/automation/hosts/${host}/agents`;
  const body = { ...AGENT, agent_client_id: AGENT_NUMBER, active: false };
  const { name, framework, framework_id } = AGENT;
  const answer = { name, project_id: PROJECT.id, host_id: host, framework, framework_id };
  const agent = numberIn(
    await talk.ask(
      "It brings an agent, not active yet",
      { method: "POST", path: agents, body },
      { statuses: MADE_OR_KNOWN, answer: { agent_server_id: anyId, ...answer, active: false } },
    ),
    "agent_server_id",
  );
  const agentPath = `${agents}/${agent}`;
  await talk.ask(
    "It updates the agent",
    { method: "PUT", path: agentPath, body },
    { statuses: OK, answer: { agent_server_id: agent, ...answer, active: false } },
  );
  await talk.ask(
    "It activates the agent",
    { method: "POST", path: `${agentPath}/activate` },
    { statuses: OK, answer: { agent_server_id: agent, ...answer, active: true } },
  );
  return { host, agent, agentPath };
};

/** Schedules one run at `at` (epoch milliseconds) and gives its job as it then is. */
const scheduleRun = async (
  talk: Conversation,
  title: string,
  { host, agent, at }: { host: number; agent: number; at: number },
): Promise<Record<string, unknown> & { job_id: number }> => {
  const start_date = formatWireTime(at);
  const body = { name: title, agent_server_id: agent, start_date, test_run_ids: [TEST_RUN.test_run_id] };
  const job = {
    client_id: anyId,
    project_id: PROJECT.id,
    job_id: anyId,
    host_server_id: host,
    status: "PLANNED",
    agent_server_id: agent,
    agent_id: Number(AGENT_NUMBER),
    schedule_id: anyId,
    automation_materials: [TEST_RUN],
    start_date,
  };
  const answer = {
    schedule_id: anyId,
    name: title,
    project_id: PROJECT.id,
    agent_server_id: agent,
    start_date,
  };
  const scheduled = z
    .object({ schedule_id: z.int(), jobs: z.tuple([z.looseObject({ job_id: z.int() })]) })
    .parse(
      await talk.ask(
        title,
        { method: "POST", path: `/api/v3/projects/${PROJECT.id}/automation/schedules`, body },
        { statuses: MADE, answer: { ...answer, jobs: [job] } },
      ),
    );
  return { ...scheduled.jobs[0], schedule_id: scheduled.schedule_id };
};

const demo = async (): Promise<number> => {
  const variables = readVariables();
  const baseUrl = baseUrlOf(variables);
  if (variables.ADMIN_TOKEN === undefined) {
    throw new Plain("there is no ADMIN_TOKEN, in the environment or in .dev.vars; npm start makes one");
  }
  console.log(`One host's life at ${baseUrl}`);
  const talk = new Conversation(baseUrl, variables.ADMIN_TOKEN);
  const { host, agent, agentPath } = await prepareAgent(talk);
  await talk.ask(
    "Bring the test run in",
    { method: "POST", path: `/api/v3/projects/${PROJECT.id}/automation/test-runs`, body: [TEST_RUN] },
    { statuses: MADE, answer: [TEST_RUN] },
  );

  const now = wholeSecond(Date.now());
  const tomorrow = now + DAY_MS;
  const due = await scheduleRun(talk, "Schedule a run for now", { host, agent, at: now });
  const later = await scheduleRun(talk, "Schedule a run for tomorrow", { host, agent, at: tomorrow });

  const jobs = `/api/v3/automation/hosts/${host}/jobs`;
  const own = { "Lease-Owner": `demo process ${process.pid}` };
  const poll = (title: string, from: number, to: number, job: Record<string, unknown>) => {
    const path = `${jobs}?start_date=${queryTime(from)}&end_date=${queryTime(to)}`;
    return talk.ask(title, { method: "GET", path, headers: own }, { statuses: OK, answer: listWith(job) });
  };
  await poll("The host asks for what is due", now, now + MINUTE_MS, due);
  await poll("It looks ahead", tomorrow, tomorrow + MINUTE_MS, later);

  const jobPath = (job: { job_id: number }) => `/api/v3/projects/${PROJECT.id}/automation/jobs/${job.job_id}`;
  const report = (title: string, job: typeof due, status: string) => {
    const request = {
      method: "PUT",
      path: `${jobPath(job)}/status`,
      body: { status },
      headers: own,
    } as const;
    return talk.ask(title, request, { statuses: OK, answer: { ...job, status } });
  };
  await report("It starts the job", due, "RUNNING");
  await talk.ask(
    "Another process of it would start the same job, and is refused (that is right)",
    {
      method: "PUT",
      path: `${jobPath(due)}/status`,
      body: { status: "RUNNING" },
      headers: { "Lease-Owner": "another process" },
    },
    { statuses: [409], answer: { message: anyText, code: "already_running", request_id: anyText } },
  );
  await report("It has run the job", due, "COMPLETED");
  const move = (from: string, to: string) => ({
    at: timeNear(CLOCKS_APART_MINUTES),
    from,
    to,
    by: "admin bootstrap",
    reason: null,
  });
  await talk.ask(
    "Read the job with its history",
    { method: "GET", path: jobPath(due) },
    {
      statuses: OK,
      answer: {
        ...due,
        status: "COMPLETED",
        attempt: 1,
        history: [move("PLANNED", "RUNNING"), move("RUNNING", "COMPLETED")],
      },
    },
  );
  await report("Cancel tomorrow's run", later, "CANCELLED");
  const { name, framework, framework_id } = AGENT;
  await talk.ask(
    "The host deactivates the agent",
    { method: "POST", path: `${agentPath}/deactivate` },
    {
      statuses: OK,
      answer: {
        agent_server_id: agent,
        name,
        project_id: PROJECT.id,
        host_id: host,
        framework,
        framework_id,
        active: false,
      },
    },
  );
  console.log(`\nAll ${talk.steps} answers were right.`);
  return 0;
};

await runScript(demo);
