import { expect, test } from "vitest";
import { z } from "zod";
import { World } from "../world.ts";
import { fieldIn, textOf, Visitor } from "./visitor.ts";

const unescaped = (html: string): string => html.replaceAll("&#39;", "'").replaceAll("&quot;", '"');

/** The text of a command of the page. */
const commandIn = (html: string, id: string): string =>
  unescaped(new RegExp(`<pre id="${id}"[^>]*>([^<]*)</pre>`).exec(html)?.[1] ?? "");

/** Does what a curl command of a page does. */
const run = async (world: World, command: string) => {
  const [, method = "", path = ""] = /^curl -X (\w+) 'https:\/\/muster\.test([^']+)'/.exec(command) ?? [];
  const [, token = ""] = /Bearer ([^']+)'/.exec(command) ?? [];
  const [, body] = /-d '([^']+)'/.exec(command) ?? [];
  const answer = await world.request(method, path, { token, ...(body === undefined ? {} : { body }) });
  expect(answer.status, `${command}\n${answer.text}`).toBeLessThan(300);
  return answer;
};

/** Someone with a project of their own who has made a host's token. */
const withToken = async () => {
  const world = new World();
  const visitor = await Visitor.in(world);
  await visitor.get("/console/start");
  const made = await visitor.post("/console/start/project", { project_name: "First use" });
  expect(made.status).toBe(303);
  const { text } = await visitor.post("/console/start/token");
  const secret = /MUSTER_TOKEN=(\S+)/.exec(text)?.[1] ?? "";
  /** The part of the page that is refreshed, as the page asks for it. */
  const refreshed = async () =>
    (await visitor.get("/console/start", { "HX-Request": "true", "Start-Token": secret })).text;
  return { world, visitor, text, secret, refreshed };
};

test("every command from nothing to a finished job is shown with the token, and does what it says", async () => {
  const { world, text, secret, refreshed } = await withToken();
  expect(secret).toMatch(/^muster_host_/);
  expect(text).toContain(`hx-headers="{&quot;Start-Token&quot;:&quot;${secret}&quot;}"`);
  expect(commandIn(text, "host-commands").split("\n")).toHaveLength(2);
  await run(world, commandIn(text, "register"));
  let page = await refreshed();
  await run(world, commandIn(page, "ping"));
  await run(world, commandIn(page, "agent"));
  page = await refreshed();
  const [, path = ""] = /action="(\/console\/start\/projects\/\d+\/run)"/.exec(page) ?? [];
  expect(fieldIn(page, "secret")).toBe(secret);
  const visitor = await Visitor.in(world);
  await visitor.get("/console/start");
  const sent = { agent_server_id: fieldIn(page, "agent_server_id"), secret, key: fieldIn(page, "key") };
  const begun = await visitor.post(path, sent);
  expect([begun.status, begun.text.includes(secret)]).toEqual([200, true]);
  page = await refreshed();
  const polled = await run(world, commandIn(page, "poll"));
  expect(z.array(z.unknown()).parse(polled.body)).toHaveLength(1);
  await run(world, commandIn(page, "report"));
  // The steps stay until a job is COMPLETED.
  expect(textOf(await refreshed())).not.toContain("That is the whole way.");
  await run(world, commandIn(await refreshed(), "completed"));
  expect(textOf(await refreshed())).toContain("That is the whole way.");
});

test("the token goes from step to step in the page alone: none that was not sent is shown", async () => {
  const { visitor, secret, world, text } = await withToken();
  await run(world, commandIn(text, "register"));
  const alone = (await visitor.get("/console/start")).text;
  expect(alone).not.toContain(secret);
  expect(alone).not.toContain("Start-Token");
  expect(alone).toContain("Bearer TOKEN");
  const [, path = ""] = /action="(\/console\/start\/projects\/\d+\/hosts\/\d+)"/.exec(alone) ?? [];
  const agent = { name: "A", framework: "x", framework_id: "junit", agent_client_id: "1" };
  // A refused step keeps it too.
  const refused = await visitor.post(path, { ...agent, name: "", secret });
  expect([refused.status, refused.text.includes(secret)]).toEqual([400, true]);
  const kept = await visitor.post(path, { ...agent, secret });
  expect(kept.text).toContain(secret);
  expect((await visitor.post(path, agent)).status).toBe(303);
});

test.each(["'; rm -rf ~; '", "muster_host_x", "muster_admin_".padEnd(90, "0"), ""])(
  "%j is no token, and gets into no command",
  async (given) => {
    const { visitor } = await withToken();
    const { text } = await visitor.get("/console/start", { "Start-Token": given });
    expect(text).not.toContain("hx-headers");
    if (given !== "") expect(unescaped(text)).not.toContain(given);
  },
);

test("a run that failed is run once more from the steps, which are there until one completes", async () => {
  const world = new World();
  const visitor = await Visitor.in(world);
  const { projectId, agentId } = await world.ready();
  const start = async () => (await visitor.get("/console/start")).text;
  const go = async () =>
    visitor.post(`/console/start/projects/${projectId}/run`, {
      agent_server_id: String(agentId),
      key: fieldIn(await start(), "key"),
    });
  expect((await go()).headers.get("location")).toContain("done=first-run-made");
  const jobs = await world.get(`/api/v3/projects/${projectId}/automation/jobs`);
  const [{ job_id: job }] = z.tuple([z.looseObject({ job_id: z.int() })]).parse(jobs.body);
  expect(await start()).not.toContain("Run its tests now");
  for (const status of ["RUNNING", "FAILED"]) await world.report(projectId, job, status);
  expect(textOf(await start())).toContain("It did not end well");
  expect(textOf(await start())).toContain("Run them once more");
  expect((await go()).status).toBe(303);
});

test("a run of an agent that is inactive is refused with why", async () => {
  const world = new World();
  const visitor = await Visitor.in(world);
  const { projectId, hostId, agentId } = await world.ready();
  await world.post(`/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}/deactivate`);
  await visitor.get("/console/start");
  const answer = await visitor.post(`/console/start/projects/${projectId}/run`, {
    agent_server_id: String(agentId),
  });
  expect(answer.status).toBe(409);
  expect(textOf(answer.text)).toContain(`agent ${agentId}`);
});
