import { expect, test } from "vitest";
import { partOf } from "../../src/run-files/range.ts";

test.each([
  ["bytes=0-3", { from: 0, until: 4 }],
  ["bytes=4-", { from: 4, until: 10 }],
  ["bytes=-2", { from: 8, until: 10 }],
  ["bytes=-20", { from: 0, until: 10 }],
  ["bytes=8-20", { from: 8, until: 10 }],
  ["bytes=10-", "none"],
  ["bytes=3-1", undefined],
  ["bytes=0-1,3-4", undefined],
  ["lines=1-2", undefined],
  [undefined, undefined],
])("of 10 bytes, %s is %o", (range, part) => {
  expect(partOf(range, 10)).toEqual(part);
});
