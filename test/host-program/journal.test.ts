import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type BegunRun, Journal } from "../../src/host-program/journal.ts";

let path = "";
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "muster-journal-"));
  path = join(folder, "journal.jsonl");
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const begun = (leaseId: string): BegunRun => ({
  leaseId,
  projectId: 1,
  jobId: 7,
  attempt: 1,
  agent: "tests",
  beganAt: 1,
});
const ended = { status: "COMPLETED", reason: null, log: null, endedAt: 2 } as const;

describe("the journal", () => {
  test("has each line on the disk when the call returns, and reads it again", () => {
    const journal = new Journal(path);
    journal.begin(begun("one"));
    expect(readFileSync(path, "utf8")).toContain('"leaseId":"one"');
    journal.begin(begun("two"));
    journal.end("one", ended);
    expect(new Journal(path).runs).toEqual([
      { ...begun("one"), ending: ended },
      { ...begun("two"), ending: null },
    ]);
  });

  test("forgets what was answered", () => {
    const journal = new Journal(path);
    journal.begin(begun("one"));
    journal.end("one", ended);
    journal.close("one");
    expect(new Journal(path).runs).toEqual([]);
  });

  test("keeps the first word on how a run ended", () => {
    const journal = new Journal(path);
    journal.begin(begun("one"));
    journal.end("one", ended);
    journal.end("one", { ...ended, status: "FAILED" });
    expect(new Journal(path).runs[0]?.ending?.status).toBe("COMPLETED");
  });

  test("knows how a run ended whose files were being kept when the program died, and not before", () => {
    const journal = new Journal(path);
    journal.begin(begun("one"));
    journal.foresee("one", ended);
    expect(journal.runs[0]?.ending).toBeNull();
    expect(new Journal(path).runs).toEqual([{ ...begun("one"), ending: ended }]);
    expect(new Journal(path).runs).toEqual([{ ...begun("one"), ending: ended }]);
  });

  test("keeps what was foreseen when it is written anew, and takes the end itself instead", () => {
    const journal = new Journal(path);
    journal.begin(begun("one"));
    journal.foresee("one", { ...ended, status: "FAILED" });
    for (let run = 0; run < 200; run++) {
      journal.begin(begun(`run ${run}`));
      journal.close(`run ${run}`);
    }
    expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(2);
    expect(new Journal(path).runs[0]?.ending?.status).toBe("FAILED");
    const again = new Journal(path);
    again.close("one");
    again.begin(begun("one"));
    again.foresee("one", { ...ended, status: "FAILED" });
    again.end("one", ended);
    expect(new Journal(path).runs).toEqual([{ ...begun("one"), ending: ended }]);
  });

  test("is read up to a line that was cut off, and continues after it", () => {
    new Journal(path).begin(begun("one"));
    appendFileSync(path, '{"kind":"ended","leaseId":"one","endi');
    const journal = new Journal(path);
    journal.end("one", ended);
    expect(new Journal(path).runs).toEqual([{ ...begun("one"), ending: ended }]);
  });

  test("stays small however many runs go through it", () => {
    const journal = new Journal(path);
    for (let nth = 0; nth < 250; nth++) {
      journal.begin(begun(`run ${nth}`));
      journal.end(`run ${nth}`, ended);
      journal.close(`run ${nth}`);
    }
    expect(statSync(path).size).toBeLessThan(30_000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
