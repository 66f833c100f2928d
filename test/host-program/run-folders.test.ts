import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { clearUnsent, emptyFolder, markUnsent, RunFolders } from "../../src/host-program/run-folder.ts";
import { DAY_MS } from "../../src/wire/durations.ts";

/** The user of a test that root runs, whom permissions bind. */
const NOBODY = 65_534;

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

test("a folder is emptied also of what nobody may write, as some tools leave it", () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-emptied-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const inner = join(folder, "fresh", "module", "inner");
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(inner, "a.go"), "");
  for (const each of [inner, dirname(inner)]) chmodSync(each, 0o555);
  const script = `
    import { emptyFolder } from ${JSON.stringify(join(process.cwd(), "src/host-program/run-folder.ts"))};
    console.log(JSON.stringify(emptyFolder(${JSON.stringify(join(folder, "fresh"))})));`;
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, folder]);
  const emptied = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  expect(JSON.parse(emptied)).toEqual({ movedAside: [] });
  expect(readdirSync(join(folder, "fresh"))).toEqual([]);
});

test("what was moved aside is removed as soon as that can be", () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-emptied-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const aside = join(folder, "fresh.aside");
  mkdirSync(join(aside, "1-kept"), { recursive: true });
  expect(emptyFolder(join(folder, "fresh"))).toEqual({ movedAside: [] });
  expect(existsSync(aside)).toBe(false);
});
