import { describe, expect, test } from "vitest";
import {
  AHEAD_MS,
  begin,
  CHANGE_MS,
  end,
  isQuiet,
  KNOWN_MS,
  learn,
  type Quiet,
  settle,
  startQuiet,
  TRIES_MS,
} from "../../src/host-object/quiet-rules.ts";
import { HOUR, MINUTE, START } from "../world.ts";

const FIRST: Quiet = { epoch: "first", known: null, open: [] };
const span = { from: START, until: START + HOUR };
const learned = learn(FIRST, span, { epoch: "first", now: START });
const change = { id: "change", until: START + CHANGE_MS };

describe("what was learned", () => {
  test("answers a window that lies within it, and no other", () => {
    const asked = (from: number, until: number) => isQuiet(learned, { from, until }, START);
    expect(asked(START, START + HOUR)).toBe(true);
    expect(asked(START + MINUTE, START + MINUTE)).toBe(true);
    expect(asked(START - 1, START + HOUR)).toBe(false);
    expect(asked(START, START + HOUR + 1)).toBe(false);
    expect(isQuiet(FIRST, span, START)).toBe(false);
  });

  test("is good for ten minutes", () => {
    expect(isQuiet(learned, span, START + KNOWN_MS - 1)).toBe(true);
    expect(isQuiet(learned, span, START + KNOWN_MS)).toBe(false);
  });

  test("reaches no further than a day ahead of the time of learning", () => {
    const far = learn(FIRST, { from: START, until: START + 2 * AHEAD_MS }, { epoch: "first", now: START });
    expect(far.known).toEqual({ from: START, until: START + AHEAD_MS, learnedAt: START });
  });
});

describe("a change", () => {
  test("forgets what was known and starts another epoch, when it begins and when it ends", () => {
    const begun = begin(learned, change, "second");
    expect(begun).toEqual({ epoch: "second", known: null, open: [change] });
    expect(end(begun, "change", "third")).toEqual({ epoch: "third", known: null, open: [] });
    expect(end(learned, "unheard", "second")).toEqual({ epoch: "second", known: null, open: [] });
  });

  test("lets nothing be learned while it is open, in any epoch", () => {
    const begun = begin(FIRST, change, "second");
    expect(learn(begun, span, { epoch: "second", now: START })).toBe(begun);
    expect(learn(begun, span, { epoch: "first", now: START })).toBe(begun);
  });

  test("lets nothing be learned from a poll that began before its end", () => {
    const ended = end(begin(FIRST, change, "second"), "change", "third");
    for (const epoch of ["first", "second"]) expect(learn(ended, span, { epoch, now: START })).toBe(ended);
    expect(learn(ended, span, { epoch: "third", now: START }).known).not.toBeNull();
  });

  test("that begins twice is one, and leaves others open as it ends", () => {
    const other = { id: "other", until: START + CHANGE_MS };
    const both = begin(begin(begin(FIRST, change, "2"), other, "3"), change, "4");
    expect(both.open).toEqual([other, change]);
    expect(end(both, "change", "5").open).toEqual([other]);
  });

  test("whose end never comes runs out after a minute, as another epoch begins", () => {
    const begun = begin(FIRST, change, "second");
    expect(settle(begun, "third", START + CHANGE_MS - 1)).toBe(begun);
    expect(settle(begun, "third", START + CHANGE_MS)).toEqual({ epoch: "third", known: null, open: [] });
  });

  test("that says itself when it ends does not run out", () => {
    const begun = begin(FIRST, { id: "alarm", until: null }, "second");
    expect(settle(begun, "third", START + 100 * HOUR)).toBe(begun);
  });

  test("runs out later than a try of its write, and the half minute that it may take, can end", () => {
    expect(CHANGE_MS).toBeGreaterThan(TRIES_MS + 30_000);
  });
});

test("an object that has stored nothing starts as if a change had just begun", () => {
  const started = startQuiet("first", START);
  expect(settle(started, "second", START + CHANGE_MS - 1)).toBe(started);
  expect(learn(started, span, { epoch: "first", now: START })).toBe(started);
  expect(settle(started, "second", START + CHANGE_MS).open).toEqual([]);
});

test("nothing is written where nothing has run out", () => {
  expect(settle(learned, "second", START + HOUR)).toBe(learned);
});
