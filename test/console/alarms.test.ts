import { expect, test } from "vitest";
import { HALF_HOUR, later, laterWorld } from "../alarms/read-alarms.ts";
import type { Ready, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const DISK = { free_bytes: 12_000_000, least_bytes: 1_000_000_000 };

const say = (world: World, { hostId, guid }: Ready, said: object) =>
  world.post(`/api/v3/automation/hosts/${hostId}/ping`, { host_guid: guid, ...said });

const attentionOf = async (visitor: Visitor): Promise<string> =>
  /Needs attention(.*?)Runs now/.exec(textOf((await visitor.get("/console")).text))?.[1] ?? "";

test("the overview shows an alarm once, with its host, until it ends", async () => {
  const world = laterWorld();
  const ready = await world.ready();
  const other = await world.project();
  await world.agent(other, ready.hostId);
  await say(world, ready, { disk: DISK });
  const token = await world.token("operator", { project_ids: [ready.projectId, other] });
  const visitor = await Visitor.in(world, token);
  const attention = await attentionOf(visitor);
  expect(attention.match(/takes no jobs: 12 MB of its disk are free/g)).toHaveLength(1);
  expect((await visitor.get("/console")).text).toContain(`href="/console/hosts/${ready.hostId}"`);
  world.advance(HALF_HOUR);
  await say(world, ready, { disk: null });
  expect(await attentionOf(visitor)).not.toContain("takes no jobs");
});

test("an alarm is acknowledged with its host, and shown to nobody who may not see its project", async () => {
  const world = laterWorld();
  const [ready, stranger] = [await world.ready(), await world.ready()];
  await say(world, ready, { clock_offset_ms: 60_000 });
  const visitor = await Visitor.in(world);
  expect(await attentionOf(visitor)).toContain("is 60 s ahead");
  const done = await visitor.post(`/console/hosts/${ready.hostId}/acknowledge`, { hours: "24" });
  expect(done.status).toBe(303);
  expect(await attentionOf(visitor)).toMatch(/Acknowledged: \d+.*is 60 s ahead.*acknowledged by/);
  const limited = await world.token("operator", { project_ids: [stranger.projectId] });
  expect(await attentionOf(await Visitor.in(world, limited))).not.toContain("60 s ahead");
});

test("a job that waits, and a silent host with work, stand there once: not as alarms too", async () => {
  const world = laterWorld();
  const ready = await world.ready({ jobs: 1 });
  await later(world, ready, { halfHours: 3, silent: true });
  const token = await world.token("operator", { project_ids: [ready.projectId] });
  const attention = await attentionOf(await Visitor.in(world, token));
  expect(attention.match(/past its time/g)).toHaveLength(1);
  expect(attention).not.toContain("Alarm");
});

test("a webhook of a repository is made with its token, which no page shows, and only for events of jobs", async () => {
  const world = laterWorld();
  const projectId = await world.project();
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${projectId}/webhooks`;
  const fields: [string, string][] = [
    ["name", "Commits"],
    ["form", "github"],
    ["target", "https://github.com/owner/repo"],
    ...["job.started", "job.ended", "host.offline", "alarm.raised"].map((type): [string, string] => [
      "events",
      type,
    ]),
  ];
  const refused = await visitor.post(path, fields);
  expect(refused.status).toBe(400);
  expect(textOf(refused.text)).toContain("Token of the repository is required by the form github");
  const made = await visitor.post(path, [...fields, ["credential", "github_pat_secret"]]);
  expect(made.status).toBe(303);
  const one = made.headers.get("location")?.replace(/\?.*/, "") ?? "";
  const { text } = await visitor.get(one);
  expect(textOf(text)).toMatch(/Events job\.started, job\.ended/);
  expect(text).not.toContain("github_pat_secret");
  const moved = { name: "Commits", target: "https://github.com/owner/other", events: "job.ended" };
  expect((await visitor.post(`${one}/change`, moved)).status).toBe(400);
  const done = await visitor.post(`${one}/change`, { ...moved, credential: "github_pat_other" });
  expect(done.status).toBe(303);
  expect(textOf((await visitor.get(one)).text)).toContain("https://github.com/owner/other");
});
