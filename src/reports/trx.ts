import type { Bounds } from "./bounds.ts";
import { CaseList, refuseMore } from "./case-list.ts";
import { type Element, ElementReader } from "./element-reader.ts";
import type { Outcome, Report } from "./report-case.ts";
import type { DecodedText } from "./text.ts";
import { type Attributes, readXml } from "./xml.ts";

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  Passed: "passed",
  Completed: "passed",
  Warning: "passed",
  PassedButRunAborted: "error",
  Failed: "failed",
  NotExecuted: "skipped",
  NotRunnable: "skipped",
  Inconclusive: "skipped",
  Pending: "skipped",
};

/** `00:00:01.2345678`, optionally preceded by days. */
const millisecondsOfClock = (duration: string | undefined): number | null => {
  const clock = /^(?:(\d{1,6})\.)?(\d{1,6}):(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)$/.exec(duration?.trim() ?? "");
  if (!clock) return null;
  const [days, hours, minutes, seconds] = clock.slice(1).map((part) => Number(part ?? 0));
  const whole = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return Math.round(whole * 1_000_000) / 1000;
};

interface Result {
  attributes: Attributes;
  line: number;
  message: string;
  stack: string;
  /** Whether it has rows, which are then the results. */
  isWhole: boolean;
}

class TrxReader extends ElementReader {
  readonly #bounds: Bounds;
  readonly #results: Result[] = [];
  readonly #open: Result[] = [];
  readonly #classes = new Map<string, string>();
  readonly #errors: { text: string; line: number }[] = [];
  #unitTest = "";

  constructor(bounds: Bounds) {
    super();
    this.#bounds = bounds;
  }

  protected opened({ name, attributes, line }: Element): void {
    if (name === "UnitTestResult") {
      const around = this.#open.at(-1);
      if (around) around.isWhole = true;
      if (this.#results.length >= this.#bounds.cases) refuseMore(this.#bounds.cases, "test cases", line);
      const result = { attributes, line, message: "", stack: "", isWhole: false };
      this.#results.push(result);
      this.#open.push(result);
    }
    if (name === "UnitTest") this.#unitTest = attributes.id ?? "";
    if (name === "TestMethod")
      this.#classes.set(this.#unitTest, (attributes.className ?? "").split(",", 1)[0] ?? "");
  }

  protected closed({ name, text, line }: Element): void {
    const result = this.#open.at(-1);
    if (name === "UnitTestResult") this.#open.pop();
    if (result && name === "Message" && this.within("ErrorInfo")) result.message = text;
    if (result && name === "StackTrace") result.stack = text;
    const info = this.path.findLast((each) => each.name === "RunInfo");
    if (name !== "Text" || !info || text.trim() === "") return;
    if (/^(Error|Failed|Timeout|Aborted)$/.test(info.attributes.outcome ?? ""))
      this.#errors.push({ text: text.trim(), line });
  }

  done(): CaseList {
    const list = new CaseList(this.#bounds);
    for (const { attributes, line, message, stack, isWhole } of this.#results) {
      if (isWhole) continue;
      const given = this.#classes.get(attributes.testId ?? "") ?? "";
      // Reporters of tools without classes write this word.
      const classname = given === "none" ? "" : given;
      const name = attributes.testName ?? "";
      // xUnit.net's names start with the class, others' do not.
      const own = classname !== "" && name.startsWith(`${classname}.`);
      list.add({
        classname,
        name: own ? name.slice(classname.length + 1) : name,
        outcome: OUTCOMES[attributes.outcome ?? ""] ?? "error",
        durationMs: millisecondsOfClock(attributes.duration),
        message: message.trim().split(/\r?\n/, 1)[0] || null,
        detail: `${message}\n${stack}`.trim() || null,
        kind: name.trim() === "" ? "nameless" : "test",
        place: { number: 0, line },
      });
    }
    for (const { text, line } of this.#errors)
      list.addProblem({ suites: [], message: null, detail: text, line });
    return list;
  }
}

/** Reads a TRX report of `dotnet test` or Visual Studio. Throws `ReportError`. */
export const readTrx = (decoded: DecodedText, bounds: Bounds): Report => {
  const reader = new TrxReader(bounds);
  const replaced = readXml(decoded, reader, { format: "a TRX report", bounds });
  const { cases, problems } = reader.done();
  return { tool: "dotnet", cases, problems, replaced };
};
