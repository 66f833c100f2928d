import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunFolders } from "../../src/host-program/run-folder.ts";

test("a host that runs for long keeps the folders of its newest runs, and those that are in use", ({
  onTestFinished,
}) => {
  const path = mkdtempSync(join(tmpdir(), "muster-runs-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const folders = new RunFolders(path);
  const open = (jobId: number) => folders.open({ jobId, attempt: 1, leaseId: `1-${crypto.randomUUID()}` });
  const inUse = open(1);
  const over = Array.from({ length: 60 }, (_, place) => open(place + 2));
  for (const each of over) folders.close(each);
  expect(existsSync(inUse)).toBe(true);
  expect(readdirSync(path)).toHaveLength(51);
  folders.close(inUse);
  expect(readdirSync(path)).toHaveLength(50);
});
