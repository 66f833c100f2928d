import { numberOf, parseLines, textOf } from "./json.ts";
import type { RunReport } from "./recipe.ts";
import { caseOf, type FoundCase } from "./report-case.ts";

const OUTCOMES: Readonly<Record<string, FoundCase["outcome"]>> = {
  pass: "passed",
  fail: "failed",
  skip: "skipped",
};

interface Running {
  package: string;
  name: string;
  output: string[];
}

const lastOf = (output: readonly string[]): string | null =>
  output
    .findLast((line) => !/^\s*(?:---|===|FAIL|PASS|ok|exit status)/.test(line) && line.trim() !== "")
    ?.trim() ?? null;

/**
 * Reads the lines of `go test -json`. A test without an end, as after a panic or an exit, is an error. A
 * package that failed without a failed test (it did not build, or TestMain failed) is an error of the run.
 */
export function readGo(text: string): RunReport {
  const running = new Map<string, Running>();
  const cases: FoundCase[] = [];
  const errors: string[] = [];
  const outputs = new Map<string, string[]>();
  const red = new Set<string>();
  for (const line of parseLines(text)) {
    const pkg = textOf(line.Package) ?? textOf(line.ImportPath)?.split(" ")[0] ?? "";
    const name = textOf(line.Test);
    const action = textOf(line.Action) ?? "";
    const key = `${pkg} ${name}`;
    if (name !== null && action === "run") running.set(key, { package: pkg, name, output: [] });
    if (action === "output" || action === "build-output") {
      const output = name === null ? (outputs.get(pkg) ?? []) : (running.get(key)?.output ?? []);
      if (name === null) outputs.set(pkg, output);
      output.push(textOf(line.Output) ?? "");
    }
    const outcome = OUTCOMES[action];
    if (outcome === undefined) continue;
    if (name !== null) {
      const output = running.get(key)?.output ?? [];
      running.delete(key);
      if (outcome === "failed") red.add(pkg);
      const seconds = numberOf(line.Elapsed);
      cases.push(
        caseOf({
          classname: pkg,
          name,
          outcome,
          durationMs: seconds === null ? null : Math.max(0, seconds * 1000),
          message: outcome === "passed" ? null : lastOf(output),
          detail: outcome === "passed" ? null : output.join(""),
        }),
      );
      continue;
    }
    for (const [left, test] of running) {
      if (test.package !== pkg) continue;
      running.delete(left);
      red.add(pkg);
      const detail = test.output.join("");
      cases.push(
        caseOf({
          classname: pkg,
          name: test.name,
          outcome: "error",
          message: "The test did not end.",
          detail,
        }),
      );
    }
    if (outcome === "failed" && !red.has(pkg)) {
      errors.push(
        `${pkg}: ${lastOf(outputs.get(pkg) ?? []) ?? "the package failed, and none of its tests did"}`,
      );
    }
  }
  for (const [, found] of text.matchAll(/^FAIL\s+(\S+) \[(?:build|setup) failed\]/gm)) {
    errors.push(`${found}: the package does not build`);
  }
  return { cases, errors };
}

/** What `go test -v` would have written for a line of `go test -json`. */
export function shownGoLine(line: string): string | null {
  if (!line.startsWith("{")) return line;
  const [event] = parseLines(line);
  const output = event ? textOf(event.Output) : line;
  return output === null ? null : output.replace(/\r?\n$/, "");
}
