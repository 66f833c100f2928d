import * as z from "zod";
import { DAY_MS, MINUTE_MS } from "../wire/durations.ts";
import { formatWireTime, wholeSecond } from "../wire/times.ts";
import { DemoClient } from "./demo-calls.ts";
import { Any, anyId, anyText, differences, ObjectWith, timeNear } from "./demo-checks.ts";
import { demoProjects, removeDemo } from "./demo-clean.ts";
import { argumentsOf, Plain, readVariables, runScript } from "./options.ts";
import { baseUrlOf, CALL_VARIABLES } from "./running.ts";
import { AGENT, agentAnswer, HOST, jobAnswer, listWith, PROJECT, SCHEDULES, TEST_RUN } from "./samples.ts";

/** How far the server's clock may differ from this one. */
const CLOCKS_APART_MINUTES = 10;

const CLEAN = "--clean";

const OK = [200];
const MADE = [201];
/** The statuses of an object that may exist from an earlier run. */
const MADE_OR_KNOWN = [201, 200];

interface Place {
  project: number;
  host: number;
  agent: number;
  agentPath: string;
}

/** The project as it was asked for, or the word that its id was given to another before. */
const madeOrTaken = new Any(
  `${JSON.stringify(PROJECT)}, or that its id was given before`,
  (value) =>
    differences(PROJECT, value).length === 0 ||
    z.looseObject({ code: z.literal("project_id_taken") }).safeParse(value).success,
);

/** Makes the specification's project and returns its id: another of its name where that id was given before. */
const makeProject = async (client: DemoClient): Promise<number> => {
  const path = "/api/v3/projects";
  const ofName = z.object({ id: z.int() });
  const [earlier] = await demoProjects(client);
  const body = { ...PROJECT, id: earlier ?? PROJECT.id };
  const first = await client.call(
    "Make the project",
    { method: "POST", path, body },
    earlier === undefined
      ? { statuses: [...MADE_OR_KNOWN, 409], answer: madeOrTaken }
      : { statuses: MADE_OR_KNOWN, answer: body },
  );
  const made = ofName.safeParse(first);
  if (made.success) return made.data.id;
  const other = await client.call(
    "Its id was given before and is not given again: make another",
    { method: "POST", path, body: { name: PROJECT.name } },
    { statuses: MADE, answer: { ...PROJECT, id: anyId } },
  );
  return ofName.parse(other).id;
};

/** Brings up a host: registers it, pings, and creates and activates an agent. */
const bringUpHost = async (client: DemoClient): Promise<Place> => {
  const project = await makeProject(client);
  const registered = await client.call(
    "A host registers",
    { method: "POST", path: "/api/v3/automation/host", body: HOST },
    { statuses: MADE_OR_KNOWN, answer: { host_server_id: anyId, ...HOST } },
  );
  const host = z.object({ host_server_id: z.int() }).parse(registered).host_server_id;
  const moved = { ...HOST, ip_address: "192.168.74.73" };
  await client.call(
    "It updates what it said of itself",
    { method: "PUT", path: `/api/v3/automation/hosts/${host}`, body: moved },
    { statuses: OK, answer: { host_server_id: host, ...moved } },
  );
  await client.call(
    "It pings",
    { method: "POST", path: `/api/v3/automation/hosts/${host}/ping`, body: { host_guid: HOST.host_guid } },
    { statuses: OK, answer: { received_time: timeNear(CLOCKS_APART_MINUTES), pong_message: "true" } },
  );
  const agents = `/api/v3/projects/${project}/automation/hosts/${host}/agents`;
  const brought = await client.call(
    "It brings an agent, not active yet",
    { method: "POST", path: agents, body: AGENT },
    { statuses: MADE_OR_KNOWN, answer: agentAnswer({ id: anyId, project, host, active: false }) },
  );
  const agent = z.object({ agent_server_id: z.int() }).parse(brought).agent_server_id;
  const agentPath = `${agents}/${agent}`;
  await client.call(
    "It updates the agent",
    { method: "PUT", path: agentPath, body: AGENT },
    { statuses: OK, answer: agentAnswer({ id: agent, project, host, active: false }) },
  );
  await client.call(
    "It activates the agent",
    { method: "POST", path: `${agentPath}/activate` },
    { statuses: OK, answer: agentAnswer({ id: agent, project, host, active: true }) },
  );
  return { project, host, agent, agentPath };
};

/** Schedules one run at `at` (epoch milliseconds) and returns its job. */
const scheduleRun = async (
  client: DemoClient,
  title: string,
  { place, at }: { place: Place; at: number },
) => {
  const start_date = formatWireTime(at);
  const named = { name: title, agent_server_id: place.agent, start_date };
  const job = jobAnswer(place, start_date);
  const answer = { schedule_id: anyId, name: title, project_id: place.project, agent_server_id: place.agent };
  const made = await client.call(
    title,
    {
      method: "POST",
      path: `/api/v3/projects/${place.project}/automation/schedules`,
      body: { ...named, test_run_ids: [TEST_RUN.test_run_id] },
    },
    { statuses: MADE, answer: new ObjectWith({ ...answer, start_date, jobs: [job] }) },
  );
  const ids = z.object({ client_id: z.int(), job_id: z.int(), schedule_id: z.int() });
  const { schedule_id, jobs } = z.object({ schedule_id: z.int(), jobs: z.tuple([ids]) }).parse(made);
  return { ...job, ...jobs[0], schedule_id };
};

/** A time as the specification writes it in a query. */
const queryTime = (at: number): string => encodeURIComponent(formatWireTime(at).replace("+00:00", "+0000"));

const demo = async (): Promise<number> => {
  const given = argumentsOf(process.argv.slice(2), {
    ...{ script: "npm run demo", most: 0, takes: "--clean, which removes what it made", flags: [CLEAN] },
    variables: [...CALL_VARIABLES, "ADMIN_TOKEN"],
  });
  const variables = readVariables();
  const baseUrl = baseUrlOf(variables);
  if (variables.ADMIN_TOKEN === undefined) {
    throw new Plain("there is no ADMIN_TOKEN, in the environment or in .dev.vars; npm start makes one");
  }
  const client = new DemoClient(baseUrl, variables.ADMIN_TOKEN);
  if (given.includes(CLEAN)) return removeDemo(client, baseUrl);
  console.log(`One host's life at ${baseUrl}`);
  const place = await bringUpHost(client);
  await client.call(
    "Bring the test run in",
    { method: "POST", path: `/api/v3/projects/${place.project}/automation/test-runs`, body: [TEST_RUN] },
    { statuses: MADE, answer: [TEST_RUN] },
  );

  const now = wholeSecond(Date.now());
  const tomorrow = now + DAY_MS;
  const due = await scheduleRun(client, SCHEDULES.now, { place, at: now });
  const later = await scheduleRun(client, SCHEDULES.tomorrow, { place, at: tomorrow });
  type Job = typeof due;

  const own = { "Lease-Owner": `demo process ${process.pid}` };
  const poll = (title: string, from: number, job: Job) => {
    const window = `start_date=${queryTime(from)}&end_date=${queryTime(from + MINUTE_MS)}`;
    const path = `/api/v3/automation/hosts/${place.host}/jobs?${window}`;
    return client.call(title, { method: "GET", path, headers: own }, { statuses: OK, answer: listWith(job) });
  };
  await poll("The host asks for what is due", now, due);
  await poll("It looks ahead", tomorrow, later);

  const jobPath = (job: Job) => `/api/v3/projects/${place.project}/automation/jobs/${job.job_id}`;
  const reporting = (job: Job, status: string, headers: Record<string, string>) =>
    ({ method: "PUT", path: `${jobPath(job)}/status`, body: { status }, headers }) as const;
  const report = (title: string, job: Job, status: string) =>
    client.call(title, reporting(job, status, own), { statuses: OK, answer: { ...job, status } });
  await report("It starts the job", due, "RUNNING");
  await client.call(
    "Another process would start the same job, and is refused, as it must be",
    reporting(due, "RUNNING", { "Lease-Owner": "another process" }),
    { statuses: [409], answer: { message: anyText, code: "already_running", request_id: anyText } },
  );
  await report("The host has run the job", due, "COMPLETED");
  const move = (from: string, to: string) => {
    const at = timeNear(CLOCKS_APART_MINUTES);
    return { at, from, to, by: "admin bootstrap", reason: null, note: null };
  };
  const history = [move("PLANNED", "RUNNING"), move("RUNNING", "COMPLETED")];
  await client.call(
    "Read the job with its history",
    { method: "GET", path: jobPath(due) },
    { statuses: OK, answer: new ObjectWith({ ...due, status: "COMPLETED", attempt: 1, history }) },
  );
  await report("Cancel tomorrow's run", later, "CANCELLED");
  await client.call(
    "The host deactivates the agent",
    { method: "POST", path: `${place.agentPath}/deactivate` },
    {
      statuses: OK,
      answer: agentAnswer({ id: place.agent, project: place.project, host: place.host, active: false }),
    },
  );
  console.log(`\nAll ${client.steps} answers were right. npm run demo -- ${CLEAN} removes what it made.`);
  return 0;
};

await runScript(demo);
