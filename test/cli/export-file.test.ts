import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { ExportDigests } from "../../src/cli/export-digests.ts";
import { ExportFile } from "../../src/cli/export-file.ts";
import { InFlight } from "../../src/cli/in-flight.ts";
import { verifyExport } from "../../src/cli/verify-export.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-export-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = '{"muster_export":1,"schema":3}\n';
const PROJECTS = '{"table":"projects","columns":["id","name"]}\n[1,"one"]\n[2,"two"]\n';
const RUNS = '{"table":"project.runs","project":1,"columns":["id"]}\n[7]\n';
const FILE = '{"file":"projects/1/jobs/1/attempts/1/log/0","content_type":"text/plain","bytes":3}\n"YWJj"\n';
const LINES = HEAD + PROJECTS + RUNS + PROJECTS + FILE;

const endOf = (lines: string): string => {
  const digests = new ExportDigests();
  digests.take(Buffer.from(lines));
  return `${JSON.stringify({ end: digests.end() })}\n`;
};
const WHOLE = LINES + endOf(LINES);

let made = 0;
const written = (bytes: string | Buffer, name = "all.jsonl"): string => {
  const path = join(folder, `${++made}-${name}`);
  writeFileSync(path, bytes);
  return path;
};
const verify = (path: string) => verifyExport(path, () => undefined);

describe("an export is whole", () => {
  test("with each table's rows counted, however often it comes", async () => {
    const { format, schema, end } = await verify(written(WHOLE));
    expect([format, schema, end.lines]).toEqual([1, 3, 11]);
    const rows = Object.entries(end.tables).map(([name, each]) => [name, each.rows]);
    expect(Object.fromEntries(rows)).toEqual({ projects: 4, "project.runs": 1, files: 1 });
  });

  test("packed or not, whatever its name", async () => {
    const [plain, packed] = [await verify(written(WHOLE, "x.gz")), await verify(written(gzipSync(WHOLE)))];
    expect(packed).toEqual(plain);
  });

  test("in blocks of any size, with a row of megabytes", async () => {
    const lines = `${HEAD}{"table":"snapshots","columns":["id","materials"]}\n[1,"${"x".repeat(3_000_000)}"]\n${PROJECTS}`;
    expect((await verify(written(lines + endOf(lines)))).end.lines).toBe(6);
  });
});

describe("a damaged export is refused", () => {
  test.each([
    ["another byte in a row", WHOLE.replace("two", "twp"), "the rows of projects are not"],
    ["a row fewer", WHOLE.replace("[7]\n", ""), "the rows of project.runs are not"],
    ["another file", WHOLE.replace("YWJj", "YWJk"), "the rows of files are not"],
    ["another first line", WHOLE.replace('"schema":3', '"schema":4'), "its lines are not"],
    ["rows of another table", WHOLE.replace('"project":1', '"project":2'), "its lines are not"],
    ["no end", LINES, "its end is missing"],
    ["half of a line at its end", WHOLE.slice(0, -20), "its end is missing"],
    ["more behind its end", `${WHOLE}${PROJECTS}`, "damaged"],
    ["two in one", WHOLE + WHOLE, "damaged"],
    ["a line that is no JSON", WHOLE.replace('{"table":"projects"', '{"table:"projects"'), "damaged"],
    ["nothing", "", "is empty"],
    ["something else", "-- a dump\n", "is no export of muster"],
    ["some other JSON", "{}\n", "is no export of muster"],
    ["an end without digests", `${LINES}{"end":{}}\n`, "does not say what it has"],
  ])("for %s, in words", async (_, bytes, why) => {
    await expect(verify(written(bytes))).rejects.toThrow(why);
    if (bytes !== "") await expect(verify(written(gzipSync(bytes)))).rejects.toThrow(why);
  });

  test("for a packed file that is cut short, and one that is not there", async () => {
    await expect(verify(written(gzipSync(WHOLE).subarray(0, 90)))).rejects.toThrow("can't be read");
    await expect(verify(join(folder, "none"))).rejects.toThrow("can't be read");
  });
});

describe("the file of an export", () => {
  test("is its user's own, and there once it is whole", async () => {
    const path = join(folder, "kept.jsonl.gz");
    const file = new ExportFile(path);
    await file.write(Buffer.from(LINES));
    await file.write(Buffer.from(endOf(LINES)));
    expect(readdirSync(folder)).not.toContain("kept.jsonl.gz");
    await file.keep();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await verify(path)).end.lines).toBe(11);
  });

  test("leaves nothing if it is dropped, and the one before as it was", async () => {
    const path = written("the one before");
    const before = readdirSync(folder);
    const file = new ExportFile(path);
    await file.write(Buffer.from(LINES));
    await file.drop();
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(path, "utf8")).toBe("the one before");
  });

  test("that can't be written is said in words", async () => {
    const file = new ExportFile(join(folder, "none", "x.jsonl"));
    await expect(file.keep()).rejects.toThrow("can't be written");
  });
});

describe("work in flight", () => {
  test("is so much at once, and knows its first line", async () => {
    const inFlight = new InFlight(2);
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((end) => void ends.push(end));
    await inFlight.add(5, work);
    await inFlight.add(9, work);
    let third = false;
    const added = inFlight.add(12, work).then(() => {
      third = true;
    });
    expect([inFlight.firstOf(12), third]).toEqual([5, false]);
    ends[0]?.();
    await added;
    expect([inFlight.firstOf(20), third]).toEqual([9, true]);
    for (const end of ends) end();
    await inFlight.drain();
    expect(inFlight.firstOf(20)).toBe(20);
  });

  test("throws what any of it threw, and begins no more", async () => {
    const inFlight = new InFlight(2);
    await inFlight.add(1, () => Promise.reject(new Error("refused")));
    let begun = false;
    const more = async () => {
      await new Promise((next) => setImmediate(next));
      await inFlight.add(2, async () => {
        begun = true;
      });
    };
    await expect(more()).rejects.toThrow("refused");
    await expect(inFlight.drain()).rejects.toThrow("refused");
    expect(begun).toBe(false);
  });
});
