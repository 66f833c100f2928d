import { expect, test } from "vitest";
import { StageBar } from "../../src/console/jobs/stage-bar.tsx";
import { HOUR, MINUTE, START, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const barsIn = (html: string) =>
  [...html.matchAll(/<rect class="(\w+)" x="([\d.]+)" y="0" width="([\d.]+)"/g)].map(
    ([, kind, x, width]) => ({
      ...{ kind, x: Number(x), width: Number(width) },
    }),
  );

test("a job's page draws how its time went by, each stage as long as it took, and says it in words", async () => {
  const world = new World();
  const ready = await world.ready({ jobs: 1 });
  world.advance(3 * MINUTE);
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  world.advance(MINUTE);
  await world.report(ready.projectId, ready.jobId, "COMPLETED");
  const visitor = await Visitor.in(world);
  const { text } = await visitor.get(`/console/projects/${ready.projectId}/jobs/${ready.jobId}`);
  const bar = /<div class="stages">[\s\S]*?<\/div>/.exec(text)?.[0] ?? "";
  expect(barsIn(bar)).toEqual([
    { kind: "waiting", x: 0, width: 538 },
    { kind: "running", x: 538, width: 182 },
  ]);
  expect(textOf(bar)).toContain("Waiting 3 min 0 s Running 1 min 0 s");
});

test("a stage that took nearly nothing is seen, each attempt is named, and no time is no bar", () => {
  const stages = [
    { kind: "waiting" as const, attempt: 1, from: 0, to: 1 },
    { kind: "running" as const, attempt: 1, from: 1, to: 100_001 },
    { kind: "waiting" as const, attempt: 2, from: 100_001, to: 100_002 },
    { kind: "running" as const, attempt: 2, from: 100_002, to: 200_002 },
  ];
  const html = String(StageBar({ stages, attempts: 2 }));
  const bars = barsIn(html);
  expect(bars.map(({ kind }) => kind)).toEqual(["waiting", "running", "waiting", "running"]);
  for (const { width } of bars) expect(width).toBeGreaterThanOrEqual(4);
  const end = bars.at(-1);
  expect((end?.x ?? 0) + (end?.width ?? 0)).toBeCloseTo(720, 0);
  expect(textOf(html)).toMatch(/Running, attempt 1 1 min 40 s.*Running, attempt 2 1 min 40 s/);
  expect(StageBar({ stages: [], attempts: 1 })).toBe(null);
});

test("the tile of the pass rate has the rate of 14 days, and the line of its days a gap where none ended", async () => {
  const world = new World({ now: START + 3000 * HOUR });
  const ready = await world.ready();
  const end = async (status: string) => {
    const { jobId } = await world.schedule(ready.projectId, ready.agentId);
    await world.report(ready.projectId, jobId, "RUNNING");
    await world.report(ready.projectId, jobId, status);
  };
  const token = await world.token("operator", { project_ids: [ready.projectId] });
  const tile = async () => {
    const { text } = await (await Visitor.in(world, token)).get("/console");
    return /<a class="tile " href="#outcomes">[\s\S]*?<\/a>/.exec(text)?.[0] ?? "";
  };
  expect(textOf(await tile())).toContain("Pass rate – 14 days");
  expect(await tile()).not.toContain("<path");
  await end("COMPLETED");
  world.advance(48 * HOUR);
  for (const status of ["COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "CANCELLED"]) await end(status);
  await world.tick();
  const shown = await tile();
  expect(textOf(shown)).toContain("Pass rate 80 % 14 days");
  // The day before yesterday all passed, today three of four: two dots, with yesterday's gap between.
  expect(/<path d="([^"]*)"/.exec(shown)?.[1]).toBe("M69.7 2h0M82 24h0");
});
