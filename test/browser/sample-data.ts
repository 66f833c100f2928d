import { z } from "zod";
import { TOKEN } from "./place.ts";

const DAY = 24 * 3_600_000;

const idOf = (answer: unknown, name: string): number =>
  z
    .looseObject({ [name]: z.int() })
    .transform((found) => Number(found[name]))
    .parse(answer);

const HOSTS = [
  "berlin-01",
  "berlin-02",
  "denver-lab",
  "osaka-rack-3",
  "osaka-rack-4",
  "tallinn-01",
  "warsaw-ci",
];
const SCHEDULES = [
  { name: "Smoke", cron: "0 */3 * * *", project: 0 },
  { name: "Nightly regression", cron: "30 1 * * *", project: 0 },
  { name: "Payment providers", cron: "15 6 * * MON-FRI", project: 0 },
  { name: "Release gate", cron: "0 9,15 * * *", project: 0 },
  { name: "Device matrix", cron: "0 4 * * *", project: 1 },
  { name: "Login and roles", cron: "45 */6 * * *", project: 1 },
  { name: "Slow network", cron: "20 22 * * *", project: 1 },
];

/** Makes the sample data of the pictures by calls of the API: two projects, some hosts, and schedules most of whose runs of the last two weeks passed. */
export const setStage = async (address: string, now: number) => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${address}/api/v3${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const projects: number[] = [];
  for (const name of ["Web shop", "Mobile app"])
    projects.push(idOf(await call("POST", "/projects", { name }), "id"));
  const agents: number[] = [];
  const hosts: { id: number; guid: string }[] = [];
  for (const [place, host_name] of HOSTS.entries()) {
    const host_guid = `5f1c0d2e-0000-4000-8000-00000000000${place}`;
    const facts = {
      host_name,
      ip_address: `10.20.0.${10 + place}`,
      mac_address: "00:15:5D:4A:4D:01",
      host_guid,
    };
    const id = idOf(await call("POST", "/automation/host", facts), "host_server_id");
    hosts.push({ id, guid: host_guid });
    const project = projects[place % 2] ?? 0;
    const agent = await call("POST", `/projects/${project}/automation/hosts/${id}/agents`, {
      name: place % 2 ? "Appium" : "Chrome",
      framework: "testNG",
      framework_id: "testNG-plugin",
      agent_client_id: place + 1,
      active: true,
    });
    agents.push(idOf(agent, "agent_server_id"));
  }
  const runs = [
    "Cart adds an article",
    "Cart sums up",
    "Checkout with a voucher",
    "Login by mail",
    "Order is confirmed",
  ];
  const cases = runs.map((name, place) => ({
    test_case_name: name,
    automation_content: `shop.Case${place + 1}`,
  }));
  for (const project of projects) await call("POST", `/projects/${project}/automation/test-runs`, cases);
  for (const [place, { name, cron, project: at }] of SCHEDULES.entries()) {
    const project = projects[at] ?? 0;
    const agent = agents[(place % 3) * 2 + at];
    const path = `/projects/${project}/automation/schedules`;
    const facts = {
      name,
      cron,
      time_zone: "Europe/Berlin",
      agent_server_id: agent,
      overlap: "allow",
      test_run_ids: [1, 2, 3, 4],
    };
    const schedule = idOf(await call("POST", path, facts), "schedule_id");
    const window = { from: new Date(now - 14 * DAY).toISOString(), to: new Date(now).toISOString() };
    const filled = await call("POST", `${path}/${schedule}/backfill`, window);
    const jobs = z.array(z.looseObject({ job_id: z.int() })).parse(filled);
    for (const [nth, { job_id: job }] of jobs.entries()) {
      const report = (status: string) =>
        call("PUT", `/projects/${project}/automation/jobs/${job}/status`, { status });
      const last = nth === jobs.length - 1;
      if ((nth * 7 + place) % 23 === 5) await report("CANCELLED");
      else {
        await report("RUNNING");
        if (!last || place % 3 !== 0) await report((nth * 5 + place * 3) % 13 === 4 ? "FAILED" : "COMPLETED");
      }
    }
  }
  return { projects, hosts };
};
