import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { clearUnsent, markUnsent, RunFolders } from "../../src/host-program/run-folder.ts";
import { DAY_MS } from "../../src/wire/durations.ts";

const makeFolders = () => {
  const path = mkdtempSync(join(tmpdir(), "muster-runs-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const folders = new RunFolders(path);
  const open = (jobId: number) => folders.open({ jobId, attempt: 1, leaseId: `1-${crypto.randomUUID()}` });
  return { path, folders, open };
};

test("a host that runs for long keeps the folders of its newest runs, and those that are in use", () => {
  const { path, folders, open } = makeFolders();
  const inUse = open(1);
  const over = Array.from({ length: 60 }, (_, place) => open(place + 2));
  for (const each of over) folders.close(each);
  expect(existsSync(inUse)).toBe(true);
  expect(readdirSync(path)).toHaveLength(51);
  folders.close(inUse);
  expect(readdirSync(path)).toHaveLength(50);
});

test("the folder of a run whose files are not sent stays, for 30 days", () => {
  const { folders, open } = makeFolders();
  const unsent = open(1);
  const old = open(2);
  for (const each of [unsent, old]) markUnsent(each);
  const longAgo = new Date(Date.now() - 30 * DAY_MS);
  utimesSync(join(old, ".unsent"), longAgo, longAgo);
  for (const each of [unsent, old]) {
    utimesSync(each, longAgo, longAgo);
    folders.close(each);
  }
  for (let jobId = 3; jobId <= 52; jobId++) folders.close(open(jobId));
  expect([existsSync(unsent), existsSync(old)]).toEqual([true, false]);
  clearUnsent(unsent);
  utimesSync(unsent, longAgo, longAgo);
  folders.prune();
  expect(existsSync(unsent)).toBe(false);
});
