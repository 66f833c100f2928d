import { expect, test } from "vitest";
import { rowCounts } from "../http/rows.ts";
import { HOUR, World } from "../world.ts";
import { fieldIn, textOf, Visitor } from "./visitor.ts";

const world = new World();

const agentPath = ({ projectId, hostId, agentId }: Awaited<ReturnType<World["ready"]>>) =>
  `/console/projects/${projectId}/hosts/${hostId}/agents/${agentId}/edit`;
const scheduleForm = (agentId: number) => ({
  name: "Typed with care",
  agent_server_id: String(agentId),
  kind: "once",
  runs: "all",
  time_zone: "UTC",
});

test("a form that another site sends is not done", async () => {
  const visitor = await Visitor.in(world);
  const before = await rowCounts();
  const fields = new URLSearchParams({ project_name: "Theirs", form_token: visitor.formToken });
  for (const headers of [{ Origin: "https://evil.test" }, { Origin: "null" }]) {
    const answer = await visitor.send("POST", "/console/start/project", { body: fields, headers });
    expect(answer.status).toBe(403);
    expect(textOf(answer.text)).toContain("from another site");
  }
  expect(await rowCounts()).toEqual(before);
});

test("a form without the session's own mark is not done; its sender can send it once more, as it was", async () => {
  const ready = await world.ready();
  const visitor = await Visitor.in(world);
  const before = await rowCounts();
  const path = `/console/projects/${ready.projectId}/schedules`;
  for (const form_token of ["", "made up", (await Visitor.in(world)).formToken]) {
    const answer = await visitor.post(path, { ...scheduleForm(ready.agentId), form_token });
    expect(answer.status).toBe(409);
    expect(textOf(answer.text)).toContain("of an earlier sign-in");
    expect(fieldIn(answer.text, "name")).toBe("Typed with care");
  }
  expect(await rowCounts()).toEqual(before);
  const again = await visitor.post(path, scheduleForm(ready.agentId));
  expect(again.headers.get("location")).toMatch(/schedules\/\d+\?done=schedule-made$/);
});

test("what is sent when the session has ended is kept over the sign-in, and sent only when its sender says so", async () => {
  const ready = await world.ready();
  const visitor = await Visitor.in(world, await world.token("operator"));
  world.advance(12 * HOUR);
  const before = await rowCounts();
  const path = `/console/projects/${ready.projectId}/schedules`;
  const refused = await visitor.post(path, scheduleForm(ready.agentId));
  expect(refused.status).toBe(401);
  expect(textOf(refused.text)).toContain("Your session has ended. Nothing was changed");
  const unsent = fieldIn(refused.text, "unsent").replaceAll("&quot;", '"');
  expect(unsent).not.toContain("form_token");
  const kept = await visitor.signIn(world.adminToken, { unsent });
  expect(kept.status).toBe(200);
  expect(kept.text).toContain(`action="${path}"`);
  expect(fieldIn(kept.text, "name")).toBe("Typed with care");
  expect(await rowCounts()).toEqual(before);
  const sent = await visitor.post(path, scheduleForm(ready.agentId));
  expect(sent.status).toBe(303);
});

test("an unsent form leads to a page of the console and nowhere else", async () => {
  const unsent = JSON.stringify({ path: "https://evil.test/", fields: [["a", ["b"]]], files: false });
  const answer = await new Visitor(world).signIn(world.adminToken, { unsent });
  expect(answer.text).not.toContain("evil.test");
});

test("a form that is sent twice makes one thing", async () => {
  const ready = await world.ready();
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${ready.projectId}/schedules`;
  const fields = { ...scheduleForm(ready.agentId), key: crypto.randomUUID() };
  const [first, second] = [await visitor.post(path, fields), await visitor.post(path, fields)];
  expect(first.status).toBe(303);
  expect(second.headers.get("location")).toBe(first.headers.get("location"));
});

test("an error stands beside the field that caused it, and what was typed is kept", async () => {
  const ready = await world.ready();
  const visitor = await Visitor.in(world);
  const answer = await visitor.post(`/console/projects/${ready.projectId}/schedules`, {
    ...scheduleForm(ready.agentId),
    kind: "repeat",
    cron: "every <hour>",
    time_zone: "Europe/Nowhere",
    max_runs: "many",
  });
  expect(answer.status).toBe(400);
  for (const field of ["cron", "time_zone", "max_runs"]) {
    expect(answer.text).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
    expect(answer.text).toContain(`id="${field}-error"`);
  }
  expect(answer.text).toContain('value="every &lt;hour&gt;"');
  expect(answer.text).toContain('value="Typed with care"');
});

test("an agent that was changed since its form was opened is not overwritten", async () => {
  const ready = await world.ready();
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(agentPath(ready));
  const fields = { name: "Mine", framework: "testNG", framework_id: "testNG-plugin", active: "true" };
  const first = await visitor.post(agentPath(ready), {
    ...fields,
    name: "Theirs",
    seen: fieldIn(text, "seen"),
  });
  expect(first.status).toBe(303);
  const stale = await visitor.post(agentPath(ready), { ...fields, seen: fieldIn(text, "seen") });
  expect(stale.status).toBe(409);
  expect(textOf(stale.text)).toContain("Somebody changed this agent since you opened it");
  expect(stale.text).toContain('value="Mine"');
  const again = await visitor.post(agentPath(ready), { ...fields, seen: fieldIn(stale.text, "seen") });
  expect(again.status).toBe(303);
  expect(textOf((await visitor.get(`/console/hosts/${ready.hostId}`)).text)).toContain("Mine");
});

test("a schedule that was changed since its form was opened is not overwritten", async () => {
  const ready = await world.ready();
  const { id } = await world.schedule(ready.projectId, ready.agentId, { at: world.now + HOUR });
  const visitor = await Visitor.in(world);
  const path = `/console/projects/${ready.projectId}/schedules/${id}/edit`;
  const { text } = await visitor.get(path);
  const seen = fieldIn(text, "seen");
  const fields = { ...scheduleForm(ready.agentId), runs: "keep" };
  expect((await visitor.post(path, { ...fields, name: "Theirs", seen })).status).toBe(303);
  const stale = await visitor.post(path, { ...fields, seen });
  expect(stale.status).toBe(409);
  expect(textOf(stale.text)).toContain("Somebody changed this schedule since you opened it");
});

test("a form larger than the limit is refused with a message", async () => {
  const ready = await world.ready();
  const visitor = await Visitor.in(world);
  const answer = await visitor.post(`/console/projects/${ready.projectId}/schedules`, {
    name: "x".repeat(10_000_000),
  });
  expect(answer.status).toBe(413);
  expect(textOf(answer.text)).toContain("larger than");
});
