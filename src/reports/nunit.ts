import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOf } from "./duration.ts";
import { type Element, ElementReader } from "./element-reader.ts";
import type { Outcome, Report } from "./report-case.ts";
import type { DecodedText } from "./text.ts";
import { readXml } from "./xml.ts";

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  Passed: "passed",
  Warning: "passed",
  Failed: "failed",
  Skipped: "skipped",
  Inconclusive: "skipped",
};

/** An open <test-case> or <test-suite> with the details of its failure. */
interface Tested {
  element: Element;
  message: string;
  stack: string;
}

const isTested = ({ name }: Element): boolean => name === "test-case" || name === "test-suite";

class NUnitReader extends ElementReader {
  readonly list: CaseList;
  readonly #open: Tested[] = [];
  /** The names of the open fixtures and namespaces. Assemblies are the run; the cases of a method are its rows. */
  readonly #suites: string[] = [];

  constructor(bounds: Bounds) {
    super();
    this.list = new CaseList(bounds);
  }

  protected opened(element: Element): void {
    if (!isTested(element)) return;
    this.#open.push({ element, message: "", stack: "" });
    if (this.#isNamed(element)) this.#suites.push(element.attributes.name ?? "");
  }

  protected closed(element: Element): void {
    const tested = this.#open.at(-1);
    const parent = this.path.at(-1)?.name;
    if (tested && parent && ["failure", "reason", "assertion"].includes(parent)) {
      if (element.name === "message") tested.message ||= element.text.trim();
      if (element.name === "stack-trace") tested.stack ||= element.text.trim();
    }
    if (!tested || !isTested(element)) return;
    this.#open.pop();
    if (element.name === "test-case") this.#case(tested);
    else this.#suite(tested);
    if (this.#isNamed(element)) this.#suites.pop();
  }

  #isNamed({ name, attributes }: Element): boolean {
    const type = attributes.type ?? "";
    return (
      name === "test-suite" && !/^(Assembly|Project|ParameterizedMethod|Theory|GenericMethod)$/.test(type)
    );
  }

  #case({ element, message, stack }: Tested): void {
    const { attributes, line } = element;
    const { label, result, classname = "", methodname, name = "" } = attributes;
    const isError = result === "Failed" && /^(Error|Cancelled|Invalid)$/.test(label ?? "");
    const passed = result === "Passed";
    this.list.add({
      suites: [...this.#suites],
      classname,
      name,
      parameters: parametersOf(name, methodname),
      outcome: isError ? "error" : (OUTCOMES[result ?? ""] ?? "error"),
      durationMs: millisecondsOf(attributes.duration ?? attributes.time),
      message: passed ? null : message.split(/\r?\n/, 1)[0] || null,
      detail: passed ? null : [message, stack].filter((part) => part !== "").join("\n") || null,
      kind: name.trim() === "" ? "nameless" : "test",
      place: { number: 0, line },
    });
  }

  /** A suite fails by itself only in its set-up or tear-down; otherwise its tests failed. */
  #suite({ element, message, stack }: Tested): void {
    const { result, site, label } = element.attributes;
    if (result !== "Failed" || !(site === "SetUp" || site === "TearDown" || label === "Invalid")) return;
    const detail = [message, stack].filter((part) => part !== "").join("\n");
    this.list.addProblem({
      suites: [...this.#suites],
      message: message.split(/\r?\n/, 1)[0] || `${site ?? "the suite"} failed`,
      detail: detail || null,
      line: element.line,
    });
  }
}

/** A row is named as its method with the arguments, unless it has a name of its own. */
const parametersOf = (name: string, method: string | undefined): string | null =>
  method && name.startsWith(`${method}(`) && name.endsWith(")") ? name.slice(method.length + 1, -1) : null;

/** Reads an NUnit 3 report. Throws `ReportError`. */
export const readNUnit = (decoded: DecodedText, bounds: Bounds): Report => {
  const reader = new NUnitReader(bounds);
  const replaced = readXml(decoded, reader, { format: "an NUnit 3 report", bounds });
  const { cases, problems } = reader.list;
  return { tool: "dotnet", cases, problems, replaced };
};
