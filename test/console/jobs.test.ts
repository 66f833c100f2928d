import { expect, test } from "vitest";
import { HOUR, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const world = new World();

/** A job of a schedule of this name that was due and failed at these times. */
const failed = async (name: string, times: { due: number; failedAt: number }) => {
  const { projectId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId, { at: times.due, facts: { name } });
  world.advance(times.failedAt - world.now);
  await world.report(projectId, jobId, "RUNNING");
  await world.report(projectId, jobId, "FAILED");
  return projectId;
};

/** What the address of the tile's link is. */
const tileIn = (html: string): string =>
  /class="tile[^"]*" href="([^"]*FAILED[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";

test("the tile of the failed leads to those that it counts: by when they failed, not by when they were due", async () => {
  const start = world.now;
  await failed("Failed two days ago", { due: start, failedAt: start + HOUR });
  const projectId = await failed("Due two days ago, failed today", {
    due: start + HOUR,
    failedAt: start + 48 * HOUR,
  });
  const visitor = await Visitor.in(world);
  const tile = tileIn((await visitor.get("/console")).text);
  // The last are looked up by another index than the tile's own.
  for (const path of [tile, `${tile}&project=${projectId}`, `${tile}&from=2020-01-01T00:00`]) {
    const { text } = await visitor.get(path);
    expect(text, path).toContain("Due two days ago, failed today");
    expect(text, path).not.toContain("Failed two days ago");
  }
  const { text } = await visitor.get("/console/jobs?status=FAILED");
  expect(text).toContain("Failed two days ago");
});

test("the jobs' filter keeps what the tile asked for, until its chip is left", async () => {
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get("/console/jobs?status=FAILED&within=24");
  expect(text).toContain('<input type="hidden" name="within" value="24"/>');
  expect(textOf(text)).toContain("Changed in the last 24 h × leave this filter");
  expect(text).toContain('class="button chip" href="/console/jobs?status=FAILED"');
});
