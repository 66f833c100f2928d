import { describe, expect, test, vi } from "vitest";
import { lineOf } from "../../src/host-program/plain-view.ts";
import { TerminalView } from "../../src/host-program/terminal-view.ts";
import { wantsColours } from "../../src/programs/screen.ts";

const run = { job: 7, attempt: 1, agent: "web", schedule: 3, tests: 2 };

/** What stands on a terminal after all that was written: lines, with those above the cursor that were taken away gone. */
const screenAfter = (written: string): string[] => {
  const lines: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told by
  for (const part of written.split(/(\u001b\[\d+A\u001b\[0J|\n)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const up = /^\u001b\[(\d+)A/.exec(part)?.[1];
    if (up !== undefined) lines.splice(lines.length - Number(up));
    else if (part !== "\n" && part !== "") lines.push(part);
  }
  return lines;
};

const viewOf = (colours: boolean) => {
  let written = "";
  const screen = {
    columns: () => 60,
    colours,
    write: (text: string) => {
      written += text;
    },
  };
  return { view: new TerminalView(screen, false), lines: () => screenAfter(written), written: () => written };
};

describe("on a terminal", () => {
  test("each running job has a line with its age, its last duration and its last output, which goes when it ends", () => {
    vi.useFakeTimers();
    const { view, lines } = viewOf(false);
    view.emit({ event: "run_started", run, lastMs: 65_000 });
    view.emit({ event: "output", run, stream: "stdout", line: "\u001b[31mchecking\u0007 out\u001b[0m" });
    vi.advanceTimersByTime(12_000);
    expect(lines()).toEqual(
      [
        "job 7 (web) runs 2 tests; last time it took 1 min 5 s",
        "  job 7 (web)  11 s of 1 min 5 s  checking  out",
      ].map((line, at) =>
        at === 1
          ? expect.stringMatching(/^ {2}job 7 \(web\) {2}1[12] s of 1 min 5 s {2}checking {1,2}out$/)
          : line,
      ),
    );
    view.emit({
      event: "run_ended",
      run,
      status: "FAILED",
      reason: "1 of 2 tests failed: adds",
      ms: 12_000,
      left: [],
    });
    expect(lines().at(-1)).toBe("job 7 (web) FAILED after 12 s: 1 of 2 tests failed: adds");
    vi.useRealTimers();
  });

  test("colours are used only where they are wanted", () => {
    expect(wantsColours(true, {})).toBe(true);
    expect(wantsColours(true, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColours(false, {})).toBe(false);
    const { view, written } = viewOf(false);
    view.emit({ event: "run_ended", run, status: "COMPLETED", reason: null, ms: 10, left: [] });
    expect(written()).toBe("job 7 (web) COMPLETED after 0.0 s\n");
  });
});

test("an end is shown with a summary, and what is left of a run by its processes", () => {
  expect(lineOf({ event: "stopped", counts: { COMPLETED: 3, FAILED: 1, CANCELLED: 0 } }, false)).toBe(
    "3 completed, 1 failed, 0 cancelled",
  );
  expect(
    lineOf({ event: "run_ended", run, status: "COMPLETED", reason: null, ms: 1500, left: [12] }, false),
  ).toBe("job 7 (web) COMPLETED after 1.5 s; processes 12 can't be ended");
});
