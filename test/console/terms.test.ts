import { expect, test } from "vitest";
import { valueText } from "../../src/console/audit/words.ts";
import { REASON_WORDS } from "../../src/console/parts/job.tsx";
import { STATUS_WORDS } from "../../src/console/parts/status.tsx";
import { TERMS } from "../../src/console/parts/terms.ts";
import { JOB_STATUSES } from "../../src/database/enums.ts";
import { makeSchedule } from "../scheduling.ts";
import { webhooksPath } from "../webhooks/receiver.ts";
import { HOUR, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** The console's own scripts, as text. */
const SCRIPTS: Record<string, string> = import.meta.glob(
  ["../../src/console/public/assets/*.js", "!../../src/console/public/assets/{docs,htmx,minisearch}.js"],
  { query: "?raw", import: "default", eager: true },
);

/** A project with everything that the pages name, and the paths of its pages. */
const furnished = async (world: World): Promise<string[]> => {
  const { projectId, hostId, agentId } = await world.ready();
  const project = `/console/projects/${projectId}`;
  await world.post(`/api/v3/projects/${projectId}/automation/test-runs`, [
    { test_run_id: 1, test_case_name: "pays", automation_content: "shop.pays" },
  ]);
  const facts = { expire_after_minutes: 90, allocated_minutes: 30, overlap: "skip" };
  const { id, jobId } = await world.schedule(projectId, agentId, {
    at: world.now,
    testRunIds: [1],
    facts: { ...facts, name: "Waits" },
  });
  world.advance(HOUR);
  await world.tick();
  const ended = await world.schedule(projectId, agentId, { testRunIds: [1], facts: { name: "Ended" } });
  await world.report(projectId, ended.jobId, "RUNNING");
  await world.report(projectId, ended.jobId, "FAILED");
  const changed = await makeSchedule(world, { projectId, agentId });
  await world.put(changed.path, {
    name: "Changed",
    agent_server_id: agentId,
    cron: "0 * * * *",
    overlap: "allow",
  });
  await world.put(`/api/v3/projects/${projectId}/automation/test-runs/1`, {
    ...{ test_case_name: "pays", automation_content: "shop.pays.again" },
  });
  const webhook = await world.post(webhooksPath(projectId), {
    ...{ name: "CI", form: "standard", target: "https://ci.example.com/", events: ["job.ended"] },
  });
  const webhookId = /"webhook_id":(\d+)/.exec(webhook.text)?.[1];
  await world.post(`/api/v3/projects/${projectId}/automation/blackouts`, {
    ...{ name: "Holidays", days: ["2026-12-24"] },
  });
  return [
    "/console",
    "/console/timeline",
    "/console/hosts",
    `/console/hosts/${hostId}`,
    `${project}/hosts/${hostId}/agents/${agentId}`,
    "/console/jobs",
    `${project}/jobs/${jobId}`,
    `${project}/jobs/${ended.jobId}`,
    "/console/schedules",
    `${project}/schedules/${id}`,
    `${project}/schedules/${id}/edit`,
    `${project}/schedules/new`,
    `/console/calendar?project=${projectId}`,
    "/console/projects",
    project,
    `${project}/test-runs`,
    `${project}/test-runs/1`,
    `${project}/tests`,
    "/console/tokens",
    "/console/tokens/new",
    "/console/start",
    "/console/agents",
    "/console/audit",
    "/console/audit?object_kind=test_run",
    "/console/audit?object_kind=schedule",
    "/console/find?q=a",
    "/console/pipelines",
    "/console/project",
    `${project}/hosts/${hostId}/agents/${agentId}/edit`,
    `${project}/jobs/${ended.jobId}/files`,
    `${project}/jobs/${ended.jobId}/log`,
    `${project}/blackouts`,
    `${project}/webhooks`,
    `${project}/webhooks/${webhookId}`,
  ];
};

test("no page says what the table of terms has another word for", async () => {
  const world = new World();
  const paths = await furnished(world);
  const visitor = await Visitor.in(world);
  for (const path of paths) {
    const { status, text } = await visitor.get(path);
    expect(status, path).toBe(200);
    const seen = textOf(text).toLowerCase();
    for (const { insteadOf = [] } of TERMS)
      for (const word of insteadOf) expect(new RegExp(`\\b${word}\\b`).exec(seen)?.[0], path).toBe(undefined);
  }
});

test("no script of the console says it either, and a mark has its status's word", () => {
  for (const [path, text] of Object.entries(SCRIPTS)) {
    const texts = [...text.matchAll(/"[^"]*"|`[^`]*`/g)].join(" ").toLowerCase();
    for (const { insteadOf = [] } of TERMS)
      for (const word of insteadOf)
        expect(new RegExp(`\\b${word}\\b`).exec(texts)?.[0], path).toBe(undefined);
  }
  const marks = SCRIPTS["../../src/console/public/assets/marks.js"];
  for (const status of JOB_STATUSES)
    expect(marks).toContain(`["${status.toLowerCase()}", "${STATUS_WORDS[status]}"]`);
});

test("the audit has the console's words for what the API names otherwise", async () => {
  const world = new World();
  await furnished(world);
  const visitor = await Visitor.in(world);
  const seen = async (path: string) => textOf((await visitor.get(path)).text);
  expect(await seen("/console/audit?object_kind=test_run")).toMatch(
    /On a: test .*update test .*test 1 runner's command/,
  );
  expect(await seen("/console/audit?object_kind=schedule")).toContain("if another run goes on");
  expect(valueText("status", "NOT_RUN")).toBe("Overdue");
});

test("a schedule and a job say when they expire, their time limit, and how conflicts are handled", async () => {
  const world = new World();
  const paths = await furnished(world);
  const visitor = await Visitor.in(world);
  const schedule = paths.find((path) => /schedules\/\d+$/.test(path)) ?? "";
  const seen = textOf((await visitor.get(schedule)).text);
  expect(seen).toMatch(/Conflict handling .*Time limit 30 min.*Expires 90 min/);
  const [waits] = paths.filter((path) => /jobs\/\d+$/.test(path));
  expect(textOf((await visitor.get(waits ?? "")).text)).toMatch(/Overdue .*Expires/);
});

test("each status has the word that the table of terms has for it, and no reason another", () => {
  const byApi = new Map(TERMS.map(({ api, term }): [string | undefined, string] => [api, term]));
  for (const status of JOB_STATUSES) expect(byApi.get(status), status).toBe(STATUS_WORDS[status]);
  for (const words of Object.values(REASON_WORDS))
    for (const { insteadOf = [] } of TERMS)
      for (const word of insteadOf) expect(words).not.toMatch(new RegExp(`\\b${word}\\b`, "i"));
});

test("the history of a job names the host that moved it, by its name and not by its token's", async () => {
  const world = new World();
  const { projectId, hostId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId);
  const token = await world.token("host", { host_server_id: hostId });
  await world.report(projectId, jobId, { status: "RUNNING", token });
  await world.report(projectId, jobId, "CANCELLED");
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(`/console/projects/${projectId}/jobs/${jobId}`);
  const name = /href="\/console\/hosts\/\d+">(Host \d+)<\/a>/.exec(text)?.[1];
  const seen = textOf(text);
  expect(seen).toContain(`by host ${name}`);
  expect(seen).not.toMatch(/by host host \d/);
  expect(seen).toContain("by admin bootstrap");
});
