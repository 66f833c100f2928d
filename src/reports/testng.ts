import type { Bounds } from "./bounds.ts";
import { CaseList } from "./case-list.ts";
import { millisecondsOf } from "./duration.ts";
import { type Element, ElementReader } from "./element-reader.ts";
import type { Outcome, Report, ReportCase } from "./report-case.ts";
import type { DecodedText } from "./text.ts";
import { readXml } from "./xml.ts";

const OUTCOMES: Readonly<Record<string, Outcome>> = { PASS: "passed", FAIL: "failed", SKIP: "skipped" };

/** An open <test-method>. */
interface Method {
  element: Element;
  suites: string[];
  classname: string;
  parameters: string[];
  message: string | null;
  detail: string | null;
  exception: string;
}

/** The identity of one call of a method. */
const keyOf = ({ suites, classname, name, parameters }: ReportCase): string =>
  JSON.stringify([suites, classname, name, parameters]);

/** One call of a method, and whether TestNG retried it. */
interface Call {
  found: ReportCase;
  isEarlierTry: boolean;
}

class TestNgReader extends ElementReader {
  readonly #list: CaseList;
  readonly #calls: Call[] = [];
  #method: Method | undefined;

  constructor(bounds: Bounds) {
    super();
    this.#list = new CaseList(bounds);
  }

  protected opened(element: Element): void {
    if (element.name === "test-method" && !this.#method) {
      const named = (name: string) =>
        this.path.findLast((each) => each.name === name)?.attributes.name?.trim() ?? "";
      this.#method = {
        element,
        suites: [named("suite"), named("test")].filter((suite) => suite !== ""),
        classname: named("class"),
        parameters: [],
        message: null,
        detail: null,
        exception: "",
      };
    }
    if (element.name === "exception" && this.#method) this.#method.exception = element.attributes.class ?? "";
  }

  protected closed({ name, text }: Element): void {
    const method = this.#method;
    if (!method) return;
    if (name === "value" && this.within("params")) method.parameters.push(text.trim());
    if (name === "message" && this.within("exception")) method.message = text.trim();
    if (name === "full-stacktrace" || (name === "short-stacktrace" && method.detail === null))
      method.detail = text.trim();
    if (name === "test-method") this.#end(method);
  }

  #end({ element, suites, classname, parameters, message, detail, exception }: Method): void {
    this.#method = undefined;
    const { attributes, line } = element;
    const outcome = OUTCOMES[attributes.status ?? ""] ?? "error";
    const found = this.#list.add({
      suites,
      classname,
      name: attributes.name ?? "",
      parameters: parameters.length > 0 ? parameters.join(", ") : null,
      outcome,
      durationMs: millisecondsOf(attributes["duration-ms"], 1),
      message: message || (outcome === "passed" ? null : exception || null),
      detail,
      kind: attributes["is-config"] === "true" ? "hook" : attributes.name?.trim() ? "test" : "nameless",
      place: { number: 0, line },
    });
    // A retried try is skipped with the failure's own exception; newer versions set `retried`.
    const isSkip = /^org\.testng\.(SkipException|internal)|^java\.lang\.Throwable$/.test(exception);
    const isEarlierTry =
      attributes.retried === "true" || (outcome === "skipped" && exception !== "" && !isSkip);
    this.#calls.push({ found, isEarlierTry });
  }

  /** The tries of a call come in any order, even the last one first. */
  done(): { cases: ReportCase[]; list: CaseList } {
    const last = new Map<string, ReportCase>();
    for (const { found, isEarlierTry } of this.#calls) if (!isEarlierTry) last.set(keyOf(found), found);
    const earlier = new Set<ReportCase>();
    for (const { found, isEarlierTry } of this.#calls) {
      const counting = isEarlierTry ? last.get(keyOf(found)) : undefined;
      if (!counting || found.kind !== "test") continue;
      earlier.add(found);
      counting.attempts++;
      if (counting.outcome !== "passed" || counting.flaky) continue;
      Object.assign(counting, { flaky: true, message: found.message, detail: found.detail });
    }
    return { cases: this.#list.cases.filter((each) => !earlier.has(each)), list: this.#list };
  }
}

/** Reads testng-results.xml. Throws `ReportError`. */
export const readTestNg = (decoded: DecodedText, bounds: Bounds): Report => {
  const reader = new TestNgReader(bounds);
  const replaced = readXml(decoded, reader, { format: "a TestNG report", bounds });
  const { cases, list } = reader.done();
  return { tool: "testng", cases, problems: list.problems, replaced };
};
