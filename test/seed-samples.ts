/**
 * The sample requests of the vendor's specification, as it prints them but for Host, Authorization, ids and the
 * line breaks in some request lines, with the answer that it prints (or that its neighbour prints, where a call
 * has none of its own). Data alone, so that any test may send them any way.
 */
export interface SeedSample {
  method: "GET" | "POST" | "PUT";
  /** As printed; `{project}`, `{host}`, `{agent}` and `{job}` stand for ids. */
  path: string;
  /** As printed, in that order and as often, but for Host and Authorization. */
  headers: readonly (readonly [name: string, value: string])[];
  /** As printed; undefined where the sample has no body. */
  body?: string;
  /** The right statuses; where there are two, the second is for what was known before. */
  statuses: readonly number[];
  /** The printed answer: its fields, types and order. */
  answer: unknown;
  /** What the answer must hold as it is. */
  values: Record<string, unknown>;
}

const JSON_HEADERS = [
  ["Content-Type", "application/json"],
  ["Cache-Control", "no-cache"],
] as const;

const TYPED_TWICE = [...JSON_HEADERS, ["Content-Type", "application/x-www-form-urlencoded"]] as const;

const HOST_ANSWER = {
  host_server_id: 48,
  host_name: "Host server - 192.168.74.73",
  ip_address: " 192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E",
};

const HOST_VALUES = {
  host_name: "Host server - 192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E",
};

const AGENT_ANSWER = {
  agent_server_id: 24,
  name: "AGENT 1",
  project_id: 6822,
  host_id: 9,
  framework: "testNG",
  framework_id: "testNG-plugin",
  active: false,
};

const AGENT_BODY = `{
    "name": "AGENT 1",
    "framework": "testNG",
    "framework_id": "testNG-plugin",
    "agent_client_id": "29",
    "active": false
}`;

const AGENT_VALUES = { name: "AGENT 1", framework: "testNG", framework_id: "testNG-plugin" };

const JOB_ANSWER = {
  client_id: 2,
  project_id: 356,
  job_id: 647,
  host_server_id: 86,
  status: "PLANNED",
  agent_server_id: 148,
  agent_id: 5,
  schedule_id: 245,
  automation_materials: [
    {
      test_run_id: 6691,
      test_case_id: 18893,
      test_case_name: "groovy.GebLogin",
      test_case_version_id: 20372,
      automation_content: "groovy.GebLogin",
    },
  ],
  start_date: "2015-04-08T03:01:48+00:00",
};

/** The test run that the printed jobs carry. */
export const SAMPLE_TEST_RUN = JOB_ANSWER.automation_materials[0];

/** The project that the samples name; its agent number 29 belongs to it. */
export const SAMPLE_PROJECT = { id: 10, name: "Project 10" };

/** The time of the job that the sample poll must find: before its `end_date`. */
export const SAMPLE_JOB_TIME = "2015-03-25T03:01:48+0000";

const registerHost: SeedSample = {
  method: "POST",
  path: "/api/v3/automation/host",
  headers: JSON_HEADERS,
  body: `{
  "host_name":"Host server - 192.168.74.73",
  "ip_address":" 192.168.74.73",
  "mac_address": "00:15:5D:4A:4D:01",
  "host_guid": "9CA1C201-EE4D-421B-88B6-8D5E6416C23E"
}`,
  statuses: [201, 200],
  answer: HOST_ANSWER,
  values: { ...HOST_VALUES, ip_address: " 192.168.74.73" },
};

const updateHost: SeedSample = {
  method: "PUT",
  path: "/api/v3/automation/hosts/{host}",
  headers: JSON_HEADERS,
  body: `{
  "host_name": "Host server - 192.168.74.73",
  "ip_address": "192.168.74.73",
  "mac_address": "00:15:5D:4A:4D:01",
  "host_guid": "9CA1C201-EE4D-421B-88B6-8D5E6416C23E"
}`,
  statuses: [200],
  answer: HOST_ANSWER,
  values: { ...HOST_VALUES, ip_address: "192.168.74.73" },
};

const pingHost: SeedSample = {
  method: "POST",
  path: "/api/v3/automation/hosts/{host}/ping",
  headers: JSON_HEADERS,
  body: `{   
   "host_guid":"9CA1C201-EE4D-421B-88B6-8D5E6416C23E"
}`,
  statuses: [200],
  answer: { received_time: "2015-03-25T03:07:13+00:00", pong_message: "true" },
  values: { pong_message: "true" },
};

const createAgent: SeedSample = {
  method: "POST",
  path: "/tc/api/v3/projects/{project}/automation/hosts/{host}/agents",
  headers: TYPED_TWICE,
  body: AGENT_BODY,
  statuses: [201, 200],
  answer: AGENT_ANSWER,
  values: { ...AGENT_VALUES, active: false },
};

const updateAgent: SeedSample = {
  method: "PUT",
  path: "/api/v3/projects/{project}/automation/hosts/{host}/agents/{agent}",
  headers: JSON_HEADERS,
  body: AGENT_BODY,
  statuses: [200],
  answer: AGENT_ANSWER,
  values: { ...AGENT_VALUES, active: false },
};

const activateAgent: SeedSample = {
  method: "POST",
  path: "/api/v3/projects/{project}//automation/hosts/{host}/agents/{agent}/activate",
  headers: JSON_HEADERS,
  statuses: [200],
  answer: AGENT_ANSWER,
  values: { ...AGENT_VALUES, active: true },
};

const deactivateAgent: SeedSample = {
  ...activateAgent,
  path: "/api/v3/projects/{project}//automation/hosts/{host}/agents/{agent}/deactivate",
  values: { ...AGENT_VALUES, active: false },
};

const pollJobs: SeedSample = {
  method: "GET",
  path: "/tc/api/v3/automation/hosts/{host}/jobs?start_date=&end_date=2015-03-26T00:00:00",
  headers: JSON_HEADERS,
  statuses: [200],
  answer: [JOB_ANSWER],
  values: { start_date: "2015-03-25T03:01:48+00:00" },
};

/** Sent for a job that is RUNNING. */
const reportJob: SeedSample = {
  method: "PUT",
  path: "/api/v3/projects/{project}/automation/jobs/{job}/status",
  headers: JSON_HEADERS,
  body: `{
"status":"COMPLETED"
}`,
  statuses: [200],
  answer: JOB_ANSWER,
  values: { status: "COMPLETED" },
};

export const SEED_SAMPLES = {
  registerHost,
  updateHost,
  pingHost,
  createAgent,
  updateAgent,
  activateAgent,
  deactivateAgent,
  pollJobs,
  reportJob,
};

/** A sample's path with the ids of a test's own things. */
export const samplePath = ({ path }: SeedSample, ids: Record<string, number>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`the sample ${path} needs an id for ${name}`);
    return String(id);
  });

const WIRE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;

/**
 * Field names, types and order of a JSON value, as one line to compare: `{job_id: number, start_date: time}`. A
 * list is described by each form that its items have, once.
 */
export const shapeOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].join(" or ")}]`;
  if (typeof value === "object") {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${shapeOf(field)}`);
    return `{${fields.join(", ")}}`;
  }
  return typeof value === "string" && WIRE_TIME.test(value) ? "time" : typeof value;
};
