import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  barOf,
  type LaneOfBars,
  MAX_TRACKS,
  marksOf,
  type TimelineJob,
} from "../../src/console/timeline/marks.ts";
import { markText, summaryOf } from "../../src/console/timeline/words.ts";
import { HOUR, MINUTE, START } from "../world.ts";

const DAY = 24 * HOUR;

let made = 0;
const job = (facts: Partial<TimelineJob>): TimelineJob => ({
  id: ++made,
  projectId: 1,
  agentId: 1,
  scheduleId: 1,
  scheduleName: "Smoke",
  status: "COMPLETED",
  scheduledAt: START,
  startedAt: START,
  statusChangedAt: START + HOUR,
  isDoubted: false,
  usualMs: null,
  ...facts,
});
const barFrom = (from: number, ms: number, facts: Partial<TimelineJob> = {}) =>
  barOf(job({ scheduledAt: from, startedAt: from, statusChangedAt: from + ms, ...facts }), START);

describe("the bar of a job", () => {
  const now = START + 2 * HOUR;
  test.each([
    ["that ended is its run", { status: "FAILED" }, [START, START + HOUR]],
    ["that runs reaches to now", { status: "RUNNING" }, [START, now]],
    [
      "that is planned is as long as its schedule usually takes",
      { status: "PLANNED", startedAt: null, usualMs: 600_000 },
      [START, START + 600_000],
    ],
    [
      "that is overdue ends now at the latest",
      { status: "NOT_RUN", startedAt: null, usualMs: 9 * HOUR },
      [START, START + 2 * HOUR],
    ],
    ["that nobody began stands at its time", { status: "NOT_RUN", startedAt: null }, [START, START]],
    [
      "that ended before it began stands at its time",
      { status: "CANCELLED", startedAt: null },
      [START, START],
    ],
    [
      "whose end is noted before its beginning has no length",
      { startedAt: START + 9, statusChangedAt: START },
      [START + 9, START + 9],
    ],
  ] as const)("%s", (_, facts, [from, to]) => {
    expect(barOf(job(facts), now)).toMatchObject({ from, to });
  });
});

describe("the marks of a lane", () => {
  const day = { from: START, to: START + DAY };
  const cost = { one: 2, many: 3, each: 0 };
  const one = (bars: LaneOfBars["bars"]) =>
    marksOf([{ key: "h1", bars }], day, { room: 1000, cost })[0] ?? [];

  test("lie in tracks above each other where their jobs ran at once, and in one where they did not", () => {
    const marks = one([
      barFrom(START, 3 * HOUR),
      barFrom(START + HOUR, HOUR),
      barFrom(START + 2 * HOUR, HOUR),
      barFrom(START + 4 * HOUR, HOUR),
    ]);
    expect(marks.map(({ track }) => track)).toEqual([0, 1, 1, 0]);
  });

  test("stand for several jobs only where those could not be told apart", () => {
    const cellMs = DAY / 400;
    const first = Math.ceil(START / cellMs) * cellMs;
    const close = [0, 1, 2].map((minute) => barFrom(first + minute * MINUTE, 30_000));
    const marks = one([...close, barFrom(START + 3 * HOUR, 30_000), barFrom(START, HOUR)]);
    expect(marks.map(({ bars }) => bars.length).toSorted()).toEqual([1, 1, 3]);
  });

  test("keep what is to come, what runs and what ended apart", () => {
    const marks = one([
      barFrom(START, 1000),
      barFrom(START, 1000, { status: "PLANNED", startedAt: null }),
      barFrom(START, 0, { status: "RUNNING" }),
    ]);
    expect(marks).toHaveLength(3);
  });

  test("of more runs at once than there are tracks join the last track", () => {
    const marks = one(Array.from({ length: 30 }, (_, nth) => barFrom(START + nth, HOUR)));
    expect(marks).toHaveLength(MAX_TRACKS);
    expect(marks.find(({ track }) => track === MAX_TRACKS - 1)?.bars).toHaveLength(31 - MAX_TRACKS);
  });

  test("of a lane with few jobs stay each job's own beside a lane with many", () => {
    const busy = Array.from({ length: 200 }, (_, nth) => barFrom(START + nth * 5 * MINUTE, 4 * MINUTE));
    const calm = [0, 1, 2].map((hour) => barFrom(START + hour * HOUR, 4 * MINUTE));
    const lanes = [
      { key: "h1", bars: busy },
      { key: "h2", bars: calm },
    ];
    const marks = marksOf(lanes, day, { room: 60, cost });
    expect(marks[0]?.length).toBeLessThan(30);
    expect(marks[1]?.map(({ bars }) => bars.length)).toEqual([1, 1, 1]);
  });

  test("leave the track free for the rest of what runs", () => {
    const running = barFrom(START - HOUR, 0, { status: "RUNNING", usualMs: 3 * HOUR });
    const planned = barFrom(START + HOUR, 0, { status: "PLANNED", startedAt: null, usualMs: HOUR });
    expect(one([running, planned]).map(({ track }) => track)).toEqual([0, 1]);
  });

  test("leave the track free for the wait before a run, which is drawn too", () => {
    const waited = barFrom(START + 3 * HOUR, HOUR, { scheduledAt: START });
    expect(one([waited, barFrom(START + HOUR, HOUR)]).map(({ track }) => track)).toEqual([0, 1]);
  });

  const spans = fc.tuple(fc.integer({ min: 0, max: DAY }), fc.integer({ min: 0, max: 3 * HOUR }));
  test("are each job's, once, at most so many, and never overlap in a track", () => {
    fc.assert(
      fc.property(fc.array(fc.array(spans, { maxLength: 120 }), { maxLength: 6 }), (lanes) => {
        const bars = lanes.map((ofLane) => ofLane.map(([from, ms]) => barFrom(START + from, ms)));
        const marks = marksOf(
          bars.map((ofLane, place) => ({ key: `h${place}`, bars: ofLane })),
          day,
          { room: 90, cost },
        );
        const costs = marks.flat().map((mark) => (mark.bars.length === 1 ? cost.one : cost.many));
        expect(costs.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(90);
        const keys = marks.flat().map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const [place, ofLane] of marks.entries()) {
          const ids = ofLane.flatMap((mark) => mark.bars.map((bar) => bar.job.id)).toSorted((a, b) => a - b);
          expect(ids).toEqual((bars[place] ?? []).map((bar) => bar.job.id).toSorted((a, b) => a - b));
          for (const mark of ofLane) {
            if (mark.track === MAX_TRACKS - 1) continue;
            const beside = ofLane.filter((other) => other !== mark && other.track === mark.track);
            expect(beside.every((other) => other.to <= mark.from || other.from >= mark.to)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("what a mark says", () => {
  const reader = { zone: "UTC", now: START + 2 * HOUR };
  const mark = (...jobs: TimelineJob[]) => {
    const bars = jobs.map((each) => barOf(each, reader.now));
    return {
      key: "x",
      bars,
      kind: bars[0]?.kind ?? "ended",
      from: START,
      to: START + HOUR,
      track: 0,
    } as const;
  };

  test.each([
    [{ status: "COMPLETED" }, "Completed, 2 Mar 10:00, took 1 h 0 min"],
    [
      { status: "FAILED", scheduledAt: START - 5 * MINUTE },
      "Failed, 2 Mar 10:00, took 1 h 0 min, waited 5 min 0 s",
    ],
    [{ status: "CANCELLED", startedAt: null }, "Cancelled, 2 Mar 10:00, never began"],
    [{ status: "RUNNING", isDoubted: true }, "Running since 2 Mar 10:00, 2 h 0 min so far, in doubt"],
    [{ status: "PLANNED", startedAt: null, scheduledAt: START + 3 * HOUR }, "Planned for 2 Mar 13:00"],
    [{ status: "PLANNED", startedAt: null, scheduledAt: START + HOUR }, "Planned, due 1 h ago"],
    [{ status: "NOT_RUN", startedAt: null }, "Overdue, due 2 Mar 10:00"],
  ] as const)("%j", (facts, text) => {
    const told = job(facts);
    expect(markText(mark(told), reader)).toBe(`Smoke #${told.id}: ${text}`);
  });

  test("of several jobs it counts what came of them", () => {
    const several = mark(job({}), job({}), job({ status: "FAILED" }));
    expect(markText(several, reader)).toBe("3 jobs: 1 failed, 2 completed, 2 Mar 10:00 to 11:00");
    expect(summaryOf(several.bars)).toBe("3 jobs, 1 failed");
    expect(summaryOf(several.bars, true)).toBe("3+ jobs, 1 failed");
    expect(summaryOf([])).toBe("no job");
  });
});
