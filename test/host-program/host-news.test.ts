import { expect, test } from "vitest";
import { isNews, isPlain, type News, newsOf, waitingReports } from "../../src/host-program/host-news.ts";
import type { JournalRun } from "../../src/host-program/journal.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z");
const MINUTE = 60_000;

/** A run that ended so many minutes ago, or goes on. */
const run = (minutes: number | null): JournalRun => ({
  ...{ leaseId: "l", projectId: 1, jobId: 1, attempt: 1, agent: "a", beganAt: 0 },
  ending:
    minutes === null
      ? null
      : { status: "COMPLETED", reason: null, log: null, endedAt: NOW - minutes * MINUTE },
});

const PLAIN: News = { trouble: null, disk: null, reports_waiting: null, clock_offset_ms: null };
const LOW = { path: "/var", freeBytes: 12e6, leastBytes: 1e9 };

test("reports wait that were not taken for five minutes, since the first of them", () => {
  expect(waitingReports({ runs: [] }, NOW)).toBeNull();
  expect(waitingReports({ runs: [run(null), run(4)] }, NOW)).toBeNull();
  expect(waitingReports({ runs: [run(null), run(7), run(5), run(4)] }, NOW)).toEqual({
    reports: 2,
    since: "2026-03-02T09:53:00.000Z",
  });
});

test("a ping says what is wrong: the disk in words and in numbers, and how far the clock is ahead", () => {
  expect(newsOf({ lowDisk: null, waiting: null, aheadMs: undefined })).toEqual(PLAIN);
  expect(isPlain(PLAIN)).toBe(true);
  const news = newsOf({ lowDisk: LOW, waiting: null, aheadMs: -3_600_000 });
  expect(news).toEqual({
    trouble: "no job is asked for: 12 MB are free at /var, and 1000 MB must be (free_disk)",
    disk: { free_bytes: 12e6, least_bytes: 1e9 },
    reports_waiting: null,
    clock_offset_ms: 3_600_000,
  });
  expect(isPlain(news)).toBe(false);
  expect(newsOf({ lowDisk: null, waiting: null, aheadMs: 5000 })).toEqual(PLAIN);
});

test("it is news where something begins or ends, or the clock moves, and not where numbers change a little", () => {
  const low = newsOf({ lowDisk: LOW, waiting: null, aheadMs: 0 });
  const lower = newsOf({ lowDisk: { ...LOW, freeBytes: 1 }, waiting: null, aheadMs: 0 });
  const late = { ...PLAIN, reports_waiting: { reports: 1, since: "2026-03-02T09:53:00.000Z" } };
  const off = (clock_offset_ms: number) => ({ ...PLAIN, clock_offset_ms });
  expect([isNews(low, PLAIN), isNews(PLAIN, low), isNews(lower, low)]).toEqual([true, true, false]);
  expect([isNews(late, PLAIN), isNews(PLAIN, late), isNews(late, late)]).toEqual([true, true, false]);
  expect([isNews(off(6000), PLAIN), isNews(off(60_000), off(6000)), isNews(off(6100), off(6000))]).toEqual([
    true,
    true,
    false,
  ]);
});
