import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { keepFiles } from "../../src/host-program/kept-files.ts";
import { answeringService } from "./answering-service.ts";

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SECRET = "hush-hush-hush";

const makePlace = () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-kept-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [directory, runFolder] = [join(folder, "work"), join(folder, "run")];
  for (const each of [directory, runFolder]) mkdirSync(each);
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const troubles: string[] = [];
  const keep = (
    paths: { reports?: string[]; artifacts?: string[] },
    reportKind: "junit" | "node_lines" = "junit",
  ) =>
    keepFiles({
      ...{ runFolder, directory, reportKind, reports: [], artifacts: [], ...paths },
      ...{ startedAt: 0, secrets: [SECRET], trouble: (message: string) => troubles.push(message) },
    });
  return { folder, directory, write, keep, troubles };
};

const textsOf = (files: readonly { path: string }[]) => files.map(({ path }) => readFileSync(path, "utf8"));

describe("the files of a run are copied", () => {
  test("with the secrets in reports and artifacts starred, wherever they stand", async () => {
    const { write, keep } = makePlace();
    const far = `${"x".repeat(64 * 1024 - 5)}${SECRET}${"y".repeat(64 * 1024)}${SECRET}`;
    const reports = [write("a.xml", `<a>${SECRET}</a>`), write("b.xml", far)];
    const kept = await keep({ reports, artifacts: [write("far.txt", far)] });
    const stars = far.replaceAll(SECRET, "*".repeat(SECRET.length));
    expect(textsOf(kept.reports)).toEqual([`<a>${"*".repeat(SECRET.length)}</a>`, stars]);
    expect(textsOf(kept.artifacts)).toEqual([stars]);
  });

  test("with the secrets in a report of node:test starred", async () => {
    const { write, keep } = makePlace();
    const lines = [
      { titles: ["adds"], file: "/w/a.test.js", passed: false, ms: 1, message: `it said ${SECRET}` },
    ];
    const report = write("node.txt", lines.map((line) => JSON.stringify(line)).join("\n"));
    const [text = ""] = textsOf((await keep({ reports: [report] }, "node_lines")).reports);
    expect(text).toContain("adds");
    expect(text).not.toContain(SECRET);
  });

  test("as they were when the run ended", async () => {
    const { write, keep } = makePlace();
    const path = write("a.txt", "first");
    const { artifacts } = await keep({ artifacts: [path] });
    writeFileSync(path, "second");
    expect(textsOf(artifacts)).toEqual(["first"]);
  });

  test("but not one that is larger than the service takes, or that cannot be read: each is told", async () => {
    const { write, keep, troubles, directory } = makePlace();
    const [report, artifact, largest] = [write("a.xml", ""), write("a.mp4", ""), write("b.xml", "")];
    truncateSync(report, 8 * MIB + 1);
    truncateSync(largest, 8 * MIB);
    truncateSync(artifact, 5 * 1024 * MIB + 1);
    const gone = join(directory, "gone.png");
    const kept = await keep({ reports: [report, largest], artifacts: [artifact, gone, write("b.txt", "b")] });
    expect(kept.reports.map(({ name }) => name)).toEqual(["2-b.xml"]);
    expect(kept.artifacts.map(({ name }) => name)).toEqual(["b.txt"]);
    expect(troubles).toEqual([
      `${report} is not sent: it is larger than 8 MiB`,
      `${artifact} is not sent: it is larger than 5120 MiB`,
      expect.stringContaining(`${gone} is not sent: `),
    ]);
  });

  test("with secrets in their names starred", async () => {
    const { write, keep } = makePlace();
    const { artifacts } = await keep({ artifacts: [write(`of ${SECRET}.txt`, "")] });
    expect(artifacts.map(({ name }) => name)).toEqual(["of ***.txt"]);
  });

  test("under names that an address can have, however long they are", async () => {
    const { write, keep, directory } = makePlace();
    const folder = join(directory, "\u{1f600}".repeat(40));
    mkdirSync(folder);
    writeFileSync(join(folder, `${"\u{1f600}".repeat(59)}ab.png`), "");
    const paths = [join(folder, `${"\u{1f600}".repeat(59)}ab.png`), write("b\nc.txt", "")];
    const { artifacts } = await keep({ artifacts: paths });
    expect(artifacts.map(({ name }) => name.isWellFormed())).toEqual([true, true]);
    expect(artifacts[1]?.name).toBe("b_c.txt");
  });
});

test("a file of 100 MiB is copied and sent in little memory", async () => {
  const service = await answeringService(() => ({ status: 200 }));
  const { folder } = makePlace();
  const film = join(folder, "film.mp4");
  writeFileSync(film, "");
  truncateSync(film, 100 * MIB);
  const script = join(import.meta.dirname, "large-file.ts");
  const { stdout } = await run(process.execPath, [script, service.url, film, folder]);
  expect(service.heard.map(({ path, body }) => [path.split("/").at(-1), body.length])).toEqual([
    ["status", expect.any(Number)],
    ["film.mp4", 100 * MIB],
  ]);
  expect(Number(stdout)).toBeLessThan(90);
});
