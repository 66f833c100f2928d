import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { baseUrlOf, noteRunning, noteStopped } from "../../src/local/running.ts";

const made: string[] = [];
const stateDir = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "muster-state-"));
  made.push(directory);
  return directory;
};
const NO_PROCESS = 2 ** 31 - 1;
const note = { pid: process.pid, address: "http://127.0.0.1:9123" };

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

describe("the demo and the tick by hand call", () => {
  test("the server that has the database open, where its process lives", () => {
    const STATE_DIR = stateDir();
    noteRunning(STATE_DIR, note);
    expect(baseUrlOf({ STATE_DIR })).toBe("http://127.0.0.1:9123");
  });

  test("the server that was started last from here, where the usual database has none", () => {
    const [last, other] = [stateDir(), stateDir()];
    noteRunning(last, note);
    expect(baseUrlOf({})).toBe("http://127.0.0.1:9123");
    expect(baseUrlOf({ STATE_DIR: other })).toBe("http://127.0.0.1:8787");
    noteStopped(last);
    expect(baseUrlOf({})).toBe("http://127.0.0.1:8787");
  });

  test("the port that is given, or the address, whatever runs", () => {
    const STATE_DIR = stateDir();
    noteRunning(STATE_DIR, note);
    expect(baseUrlOf({ STATE_DIR, PORT: "9200" })).toBe("http://127.0.0.1:9200");
    expect(baseUrlOf({ STATE_DIR, BASE_URL: "http://there:1/" })).toBe("http://there:1");
  });

  test("the usual port, where the server's process is gone, its note can't be read, or there is none", () => {
    const [gone, broken, none] = [stateDir(), stateDir(), stateDir()];
    noteRunning(gone, { ...note, pid: NO_PROCESS });
    writeFileSync(join(broken, "running.json"), "{");
    for (const STATE_DIR of [gone, broken, none])
      expect(baseUrlOf({ STATE_DIR })).toBe("http://127.0.0.1:8787");
  });
});
