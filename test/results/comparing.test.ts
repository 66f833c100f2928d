import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { z } from "zod";
import type { NewResult } from "../../src/project-results/protocol.ts";
import { type Ready, World } from "../world.ts";
import { type Case, failed, jobPath, junit, passed, runAgain, running, sendReport } from "./junit.ts";

const comparedShape = z.looseObject({
  title: z.string(),
  earlier: z.object({ outcome: z.string() }).nullable(),
  later: z.object({ outcome: z.string() }),
});
const comparisonShape = z.strictObject({
  newly_failing: z.array(comparedShape),
  fixed: z.array(comparedShape),
  slower: z.array(comparedShape),
  cut: z.array(z.string()),
});

const compare = async (world: World, earlier: Ready & { jobId: number }, later: { jobId: number }) => {
  const { body } = await world.get(`${jobPath(earlier)}/compare/${later.jobId}`);
  const { cut, ...lists } = comparisonShape.parse(body);
  const told = Object.entries(lists).map(([name, list]) => [
    name,
    list.map((each) => `${each.title}: ${each.earlier?.outcome ?? "none"}, ${each.later.outcome}`),
  ]);
  return { ...Object.fromEntries(told), cut };
};

/** Two jobs of a project with these cases. */
const twoRuns = async (one: Case[], other: Case[]) => {
  const world = new World();
  const first = await running(world);
  await sendReport(world, first, junit(...one));
  const second = await runAgain(world, first);
  await sendReport(world, second, junit(...other));
  return { world, first, second };
};

const skipped = (name: string): Case => ({ name, outcome: "skipped" });
const NOTHING = { newly_failing: [], fixed: [], slower: [], cut: [] };

test("says what newly fails, whatever it was before, and what is fixed", async () => {
  const { world, first, second } = await twoRuns(
    [
      ...passed("broke"),
      skipped("woke"),
      failed("stayed"),
      failed("mended"),
      failed("left"),
      failed("rests"),
    ],
    [failed("broke"), failed("woke"), failed("stayed"), ...passed("mended"), failed("new"), skipped("rests")],
  );
  expect(await compare(world, first, second)).toEqual({
    ...NOTHING,
    newly_failing: ["broke: passed, failed", "woke: skipped, failed", "new: none, failed"],
    fixed: ["mended: failed, passed"],
  });
});

test("of several results of a test in one run the worst counts", async () => {
  const { world, first, second } = await twoRuns(passed("a", "b"), passed("a", "b"));
  await sendReport(world, first, junit(failed("a")), { name: "more.xml" });
  await sendReport(world, second, junit(failed("a"), failed("b")), { name: "more.xml" });
  expect(await compare(world, first, second)).toEqual({ ...NOTHING, newly_failing: ["b: passed, failed"] });
  expect(await compare(world, second, first)).toEqual({ ...NOTHING, fixed: ["b: failed, passed"] });
});

test("says what takes half as long again and a tenth of a second longer, the slowest first", async () => {
  const timed = (seconds: Record<string, number>): Case[] =>
    Object.entries(seconds).map(([name, each]) => ({ name, seconds: each }));
  const { world, first, second } = await twoRuns(
    timed({ half: 1, less: 1, tiny: 0.05, slowest: 1 }),
    timed({ half: 1.5, less: 1.49, tiny: 0.14, slowest: 3 }),
  );
  await sendReport(world, second, junit(...timed({ half: 1.6 })), { name: "more.xml" });
  expect(await compare(world, first, second)).toEqual({
    ...NOTHING,
    slower: ["slowest: passed, passed", "half: passed, passed"],
  });
});

test("says nothing where one of them has no report", async () => {
  const world = new World();
  const first = await running(world);
  const second = await runAgain(world, first);
  await sendReport(world, second, junit(failed("a")));
  expect(await compare(world, first, second)).toEqual(NOTHING);
});

test("says which lists end before their end", async () => {
  const object = env.PROJECT_RESULTS.getByName("comparing");
  const send = (job: number, results: Partial<NewResult>[]) =>
    object.takeReport({
      run: {
        job,
        attempt: 1,
        hostId: 1,
        content: "b",
        hasBuild: true,
        due: 0,
        isLost: false,
        isReported: false,
        repeats: null,
      },
      report: "junit.xml",
      results: results.map((known, at) => ({
        ...{
          name: { file: null, suites: [], title: `t${at}`, parameters: null },
          outcome: "passed" as const,
        },
        ...{ flaky: false, durationMs: 1, message: null, detail: null, attempts: 1, testRunId: null },
        ...known,
      })),
      file: null,
      now: job,
    });
  await send(1, [{}, {}, {}, { outcome: "failed" }]);
  await send(2, [{ outcome: "failed" }, { outcome: "error" }, { durationMs: 900 }, {}]);
  const all = await object.compare({ job: 1, attempt: 1 }, { job: 2, attempt: 1 }, 2);
  expect([all.newlyFailing.length, all.fixed.length, all.slower.length, all.cut]).toEqual([2, 1, 1, []]);
  const some = await object.compare({ job: 1, attempt: 1 }, { job: 2, attempt: 1 }, 1);
  expect([some.newlyFailing.length, some.fixed.length, some.slower.length]).toEqual([1, 1, 1]);
  expect(some.cut).toEqual(["newly_failing"]);
});
