import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { causeOf } from "../../src/host-program/end-cause.ts";

const folders = [tmpdir()];

test("a run that failed because its time was up says so", async () => {
  expect(await causeOf({ status: "FAILED" }, { isTooLong: true, folders })).toEqual({ cause: "time_limit" });
});

test("a run that failed with room on its disk, or in a folder that is gone, names no cause", async () => {
  expect(await causeOf({ status: "FAILED" }, { isTooLong: false, folders })).toEqual({});
  expect(await causeOf({ status: "FAILED" }, { isTooLong: false, folders: ["/none/such"] })).toEqual({});
});

test("a run that failed with a full disk says so; a file system without blocks is none", async () => {
  const free = async (folder: string) => (folder === "full" ? 0 : 1e9);
  const end = { isTooLong: false, folders: ["roomy", "full"], free };
  expect(await causeOf({ status: "FAILED" }, end)).toEqual({ cause: "disk_full" });
  expect(await causeOf({ status: "FAILED" }, { isTooLong: false, folders: ["/proc"] })).toEqual({});
});

test.each(["COMPLETED", "CANCELLED"] as const)("a run that is %s has no cause", async (status) => {
  expect(await causeOf({ status }, { isTooLong: true, folders, free: async () => 0 })).toEqual({});
});
