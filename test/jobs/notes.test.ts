import { expect, test } from "vitest";
import { z } from "zod";
import { Visitor } from "../console/visitor.ts";
import { FAR_START, lease, oneLease } from "../lease-client.ts";
import { type Ready, World } from "../world.ts";

const jobOf = ({ projectId, jobId }: Ready) => `/api/v3/projects/${projectId}/automation/jobs/${jobId}`;

const notesOf = async (world: World, ready: Ready): Promise<(string | null)[]> => {
  const { body } = await world.get(jobOf(ready));
  const { history } = z
    .looseObject({ history: z.array(z.looseObject({ note: z.string().nullable() })) })
    .parse(body);
  return history.map(({ note }) => note);
};

const report = (world: World, ready: Ready, body: object) => world.put(`${jobOf(ready)}/status`, body);

test("what a report says as reason and log is the note of its history, in lists too", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await report(world, ready, { status: "RUNNING", reason: " begun by the nightly build " });
  await report(world, ready, { status: "FAILED", reason: "2 of 9 failed", log: "line 1\nline 2\n" });
  const notes = ["begun by the nightly build", "2 of 9 failed\nline 1\nline 2"];
  expect(await notesOf(world, ready)).toEqual(notes);
  const list = await world.get(`/api/v3/projects/${ready.projectId}/automation/jobs`);
  expect(list.body).toMatchObject([{ history: [{ note: notes[0] }, { note: notes[1] }] }]);
});

test("a report with neither has no note, and what is not text is ignored", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await report(world, ready, { status: "RUNNING" });
  const ended = await report(world, ready, { status: "COMPLETED", reason: { code: 1 }, log: ["x"] });
  expect(ended).toMatchObject({ status: 200, body: { status: "COMPLETED" } });
  expect(await notesOf(world, ready)).toEqual([null, null]);
});

test("of a long log the end is kept, and nothing that cannot be stored", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await report(world, ready, { status: "RUNNING", reason: "a\0b\ud800" });
  await report(world, ready, {
    status: "FAILED",
    reason: "r".repeat(9000),
    log: `${"x".repeat(9000)} the end`,
  });
  const [begun = "", ended = ""] = await notesOf(world, ready);
  expect(begun).toBe("ab\ufffd");
  expect(ended?.length).toBe(4000);
  expect(ended).toMatch(/^r{1999}…\n…x+ the end$/);
});

test("a report that came too late keeps its note with the refusal", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await report(world, ready, { status: "CANCELLED", reason: "no longer needed" });
  const late = { status: "COMPLETED", log: "all 9 passed" };
  expect(await report(world, ready, late)).toMatchObject({ status: 409 });
  expect(await notesOf(world, ready)).toEqual(["no longer needed", "all 9 passed"]);
});

test("an operator's reason to cancel a run is in its history", async () => {
  const world = new World({ now: FAR_START });
  const ready = await world.ready({ jobs: 1 });
  const { lease_id } = oneLease(await lease(world, ready.hostId));
  await report(world, ready, { status: "RUNNING", lease_id });
  const operator = await world.token("operator");
  await world.put(
    `${jobOf(ready)}/status`,
    { status: "CANCELLED", reason: "the release is off" },
    { token: operator },
  );
  expect(await notesOf(world, ready)).toEqual([null, "the release is off"]);
});

test("the console shows a note under its move, as text", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  await report(world, ready, { status: "CANCELLED", reason: "<b>too slow</b>" });
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(`/console/projects/${ready.projectId}/jobs/${ready.jobId}`);
  expect(text).toContain("&lt;b&gt;too slow&lt;/b&gt;");
});

test("a late report says when its run ended; an impossible time is ignored", async () => {
  const times: [unknown, string | null][] = [
    ["2026-03-02T09:55:00.250Z", "ended at 2026-03-02T09:55:00+00:00"],
    ["2026-03-02T10:59:55+01:00", null],
    ["2026-03-02T10:05:00Z", null],
    ["yesterday", null],
    [5, null],
    [{}, null],
  ];
  for (const [ended_at, note] of times) {
    const world = new World();
    const ready = await world.ready({ jobs: 1 });
    await report(world, ready, { status: "RUNNING" });
    const ended = await report(world, ready, { status: "COMPLETED", ended_at });
    expect(ended.status).toBe(200);
    expect((await notesOf(world, ready)).at(-1), String(ended_at)).toBe(note);
  }
});
