import { SaxesParser } from "saxes";
import type { RunReport } from "./recipe.ts";
import { caseOf, type FoundCase } from "./report-case.ts";

type Attributes = Readonly<Record<string, string>>;

const OUTCOMES: Readonly<Record<string, FoundCase["outcome"]>> = {
  Passed: "passed",
  PassedButRunAborted: "error",
  Failed: "failed",
  NotExecuted: "skipped",
  NotRunnable: "skipped",
  Inconclusive: "skipped",
};

/** `00:00:01.2345678` */
function millisOf(duration: string | undefined): number | null {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(duration ?? "") ?? [];
  if (hours === undefined) return null;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

interface Result {
  attributes: Attributes;
  message: string;
  stack: string;
}

function caseFrom({ attributes, message, stack }: Result, classes: ReadonlyMap<string, string>): FoundCase {
  const classname = classes.get(attributes.testId ?? "") ?? "";
  const name = attributes.testName ?? "";
  return caseOf({
    classname,
    // xUnit.net puts the class in front of the name; others do not.
    name: classname !== "" && name.startsWith(`${classname}.`) ? name.slice(classname.length + 1) : name,
    outcome: OUTCOMES[attributes.outcome ?? ""] ?? "error",
    durationMs: millisOf(attributes.duration),
    message: message.trim().split("\n")[0] || null,
    detail: `${message}\n${stack}`.trim() || null,
  });
}

/** Reads a TRX report of `dotnet test`. */
export function readTrx(text: string): RunReport {
  const results: Result[] = [];
  const classes = new Map<string, string>();
  const errors: string[] = [];
  const path: string[] = [];
  let unitTest = "";
  let content = "";
  let isError = false;
  const parser = new SaxesParser({ xmlns: false });
  parser.on("opentag", ({ name, attributes }) => {
    path.push(name);
    if (name === "UnitTestResult") results.push({ attributes, message: "", stack: "" });
    if (name === "UnitTest") unitTest = attributes.id ?? "";
    if (name === "TestMethod") classes.set(unitTest, (attributes.className ?? "").split(",")[0] ?? "");
    if (name === "RunInfo") isError = attributes.outcome === "Error" || attributes.outcome === "Failed";
    content = "";
  });
  const addText = (more: string) => {
    content += more;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", ({ name }) => {
    path.pop();
    const result = path.includes("UnitTestResult") ? results.at(-1) : undefined;
    if (result && name === "Message") result.message = content;
    if (result && name === "StackTrace") result.stack = content;
    if (name === "Text" && path.includes("RunInfo") && isError) errors.push(content.trim());
    content = "";
  });
  parser.on("error", () => {
    if (!errors.includes("The report is not whole.")) errors.push("The report is not whole.");
  });
  parser.write(text.replace(/^\uFEFF/, "")).close();
  return { cases: results.map((result) => caseFrom(result, classes)), errors };
}
