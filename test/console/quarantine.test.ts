import { expect, test } from "vitest";
import { failed, junit, passed, runAgain, running, sendReport } from "../results/junit.ts";
import { HOUR, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const DAY = 24 * HOUR;

const local = (at: number): string => new Date(at).toISOString().slice(0, 16);

/** A test that failed, and somebody on its page. */
const failing = async () => {
  const world = new World();
  const ready = await running(world);
  await sendReport(world, ready, junit(failed("shaky"), ...passed("sound")));
  const visitor = await Visitor.in(world);
  const tests = `/console/projects/${ready.projectId}/tests`;
  const { text } = await visitor.get(`${tests}?sort=failures`);
  const [, page = ""] = new RegExp(`href="(${tests}/\\d+)">shaky`).exec(text) ?? [];
  await visitor.get(page);
  const fields = {
    reason: "waits for <the lab>",
    owner: "team a",
    until: local(world.now + 10 * DAY),
    passes: "2",
  };
  return { world, ready, visitor, tests, page, fields };
};

test("a test is put under quarantine on its page, and the page and lists say so", async () => {
  const { world, ready, visitor, tests, page, fields } = await failing();
  const answer = await visitor.post(`${page}/quarantine`, fields);
  expect([answer.status, answer.headers.get("location")]).toEqual([303, `${page}?done=test-quarantined`]);
  const shown = await visitor.get(page);
  expect(shown.text).toContain("waits for &lt;the lab&gt;");
  expect(textOf(shown.text)).toMatch(/passed 2 times in a row.*Owner: team a\. By admin bootstrap/);
  const list = textOf((await visitor.get(tests)).text);
  expect(list).toMatch(/Under quarantine shaky until .* owner team a/);
  expect(list).toContain("in quarantine");
  const next = await runAgain(world, ready);
  await sendReport(world, next, junit(failed("shaky"), ...passed("sound")));
  const job = await visitor.get(`/console/projects/${next.projectId}/jobs/${next.jobId}`);
  expect(textOf(job.text)).toContain("Failed, in quarantine");
  expect(textOf((await visitor.get(page)).text)).toContain("Failed, in quarantine");
});

test("a button ends it, and both are audited", async () => {
  const { world, ready, visitor, page, fields } = await failing();
  await visitor.post(`${page}/quarantine`, fields);
  const answer = await visitor.post(`${page}/release`);
  expect(answer.headers.get("location")).toBe(`${page}?done=test-released`);
  expect(textOf((await visitor.get(page)).text)).toContain("Put it under quarantine");
  for (const action of ["quarantineTest", "releaseTest"]) {
    const audited = await world.get(`/api/v3/audit?action=${action}&project_id=${ready.projectId}`);
    expect(audited.body, action).toHaveLength(1);
  }
});

test("what is wrong is said beside its field, and what was typed stays", async () => {
  const { world, visitor, page, fields } = await failing();
  const far = { ...fields, until: local(world.now + 31 * DAY), passes: "0" };
  const wrong = await visitor.post(`${page}/quarantine`, far);
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('value="team a"');
  expect(wrong.text).toMatch(/id="passes-error"/);
  const again = await visitor.post(`${page}/quarantine`, { ...far, passes: "2" });
  expect(textOf(again.text)).toContain("Until must lie ahead, at most 30 days");
  const empty = await visitor.post(`${page}/quarantine`, { ...fields, owner: "", until: "" });
  expect(empty.text).toMatch(/id="owner-error"/);
  expect(empty.text).toMatch(/id="until-error"/);
  expect(textOf((await visitor.get(page)).text)).not.toContain("In quarantine");
});

test("a quarantine that is over is shown no more", async () => {
  const { world, visitor, tests, page, fields } = await failing();
  await visitor.post(`${page}/quarantine`, fields);
  world.advance(11 * DAY);
  const later = await Visitor.in(world);
  expect(textOf((await later.get(page)).text)).not.toContain("In quarantine");
  expect(textOf((await later.get(tests)).text)).not.toContain("quarantine");
});

test("a token limited to another project can put nothing under quarantine", async () => {
  const { world, page, fields } = await failing();
  const other = await world.project();
  const limited = await Visitor.in(world, await world.token("operator", { project_ids: [other] }));
  for (const path of [`${page}/quarantine`, `${page}/release`])
    expect((await limited.post(path, fields)).status).toBe(404);
  expect((await limited.get(page)).status).toBe(404);
});
