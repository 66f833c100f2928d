import { Any, anyId, differences } from "./demo-checks.ts";

/** The specification's sample values and their expected responses. */
export const PROJECT = { id: 10, name: "Project 10" };
export const HOST = {
  host_name: "Host server - 192.168.74.73",
  ip_address: " 192.168.74.73",
  mac_address: "00:15:5D:4A:4D:01",
  host_guid: "9CA1C201-EE4D-421B-88B6-8D5E6416C23E",
};
export const AGENT = {
  name: "AGENT 1",
  framework: "testNG",
  framework_id: "testNG-plugin",
  agent_client_id: "29",
  active: false,
};
export const TEST_RUN = {
  test_run_id: 6691,
  test_case_id: 18893,
  test_case_name: "groovy.GebLogin",
  test_case_version_id: 20372,
  automation_content: "groovy.GebLogin",
};

/** The names of the demo's two schedules. */
export const SCHEDULES = { now: "Schedule a run for now", tomorrow: "Schedule a run for tomorrow" } as const;

interface AgentPlace {
  id: number | Any;
  project: number;
  host: number;
}

/** The agent in a response. */
export const agentAnswer = ({ id, project, host, active }: AgentPlace & { active: boolean }) => ({
  agent_server_id: id,
  name: AGENT.name,
  project_id: project,
  host_id: host,
  framework: AGENT.framework,
  framework_id: AGENT.framework_id,
  active,
});

/** The agent's unstarted job at `start_date` in a response. */
export const jobAnswer = (
  { project, host, agent }: { project: number; host: number; agent: number },
  start_date: string,
) => ({
  client_id: anyId,
  project_id: project,
  job_id: anyId,
  host_server_id: host,
  status: "PLANNED",
  agent_server_id: agent,
  agent_id: Number(AGENT.agent_client_id),
  schedule_id: anyId,
  automation_materials: [TEST_RUN],
  start_date,
});

/** A list that contains `job` exactly once. */
export const listWith = (job: { job_id: number }): Any =>
  new Any(
    `a list with the job ${JSON.stringify(job)}`,
    (value) =>
      Array.isArray(value) && value.filter((each) => differences(job, each).length === 0).length === 1,
  );
