import type { Bounds } from "./bounds.ts";
import { kindsOf } from "./case-kinds.ts";
import { attemptsOf, CaseList } from "./case-list.ts";
import { millisecondsOf } from "./duration.ts";
import { OWN_PROPERTIES, OWN_TOOL } from "./own-report.ts";
import { QT_PROPERTY, qtOutcome, readQtComment } from "./qttest.ts";
import { isPassing, type Outcome, type Report, type ReportCase, ReportError } from "./report-case.ts";
import type { Replaced } from "./text.ts";
import { isOfTap, type Traces, toolOf } from "./tools.ts";
import { type Attributes, localName, type XmlEvents } from "./xml.ts";

/** An open element, with its suite's counts so far. */
interface Open {
  name: string;
  attributes: Attributes;
  suite: boolean;
  /** The names of the suites down to this one; computed on demand. */
  suites?: string[];
  case?: ReportCase;
  /** The number of earlier tries that the report shows for a case. */
  tries?: number;
  /** Whether the case is a todo, whose failures are none. */
  todo?: boolean;
  /** The outcome and text of an open failure element. */
  finding?: { outcome: Exclude<Outcome, "passed"> | "earlier"; text: string };
  /** The failures and problems found within. */
  seen: number;
  line: number;
}

const SUITES = ["testsuites", "testsuite"];
const ROOTS = "<testsuites> or <testsuite>";
const FINDINGS: Readonly<Record<string, Exclude<Outcome, "passed">>> = {
  failure: "failed",
  error: "error",
  skipped: "skipped",
};
/** Surefire's elements for earlier tries of a test that was run again; it passed in the end, or not. */
const EARLIER_TRIES = ["flakyFailure", "flakyError", "rerunFailure", "rerunError"];
const MAX_PROPERTIES = 200;
const MAX_COMMENTS = 20;

const has = (text: string | undefined): text is string => text !== undefined && text.trim() !== "";

const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;

/** A flaky case takes the message of its first failed try. */
const addTry = (
  found: ReportCase,
  { name, message, detail }: { name: string; message: string | null; detail: string | null },
) => {
  if (!name.startsWith("flaky") || found.outcome !== "passed") return;
  if (!found.flaky) Object.assign(found, { flaky: true, message, detail });
};

/** Builds a report from XML events. */
export class ReportBuilder implements XmlEvents {
  readonly #bounds: Bounds;
  readonly #open: Open[] = [];
  readonly #list: CaseList;
  readonly #traces: Traces = {
    root: undefined,
    suite: undefined,
    case: undefined,
    properties: [],
    comments: [],
  };

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#list = new CaseList(bounds);
  }

  get depth(): number {
    return this.#open.length;
  }

  get #isQt(): boolean {
    return this.#traces.properties.includes(QT_PROPERTY);
  }

  open(tag: string, attributes: Attributes, line: number): void {
    const name = localName(tag);
    const parent = this.#open.at(-1);
    const suite = SUITES.includes(name);
    if (!parent && !suite) {
      throw new ReportError(
        `must be a JUnit report: its root must be ${ROOTS}, not <${tag.slice(0, 40)}> (line ${line})`,
      );
    }
    if (!parent && attributes.xmlns?.includes("check.sourceforge.net")) {
      throw new ReportError("must be a JUnit report, not Check's own XML: have it written as TAP");
    }
    const element: Open = { name, attributes, suite, seen: 0, line };
    if (!parent) this.#traces.root = { element: name, attributes };
    if (name === "testsuite") this.#traces.suite ??= attributes;
    if (name === "testcase" && parent?.suite) element.case = this.#caseOf(attributes, line);
    const outcome = Object.hasOwn(FINDINGS, name) ? FINDINGS[name] : undefined;
    if (outcome && parent && (parent.case || (parent.suite && outcome !== "skipped"))) {
      element.finding = { outcome, text: "" };
    }
    if (parent?.case && EARLIER_TRIES.includes(name)) element.finding = { outcome: "earlier", text: "" };
    if (name === "property") this.#property(attributes);
    this.#open.push(element);
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    // Surefire and Playwright nest the text of an earlier try one element deeper.
    const finding = element?.name === "stackTrace" ? this.#open.at(-2)?.finding : element?.finding;
    const room = this.#bounds.detailCharacters - (finding?.text.length ?? 0);
    if (finding && room > 0) finding.text += text.slice(0, room);
  }

  comment(text: string): void {
    if (this.#traces.comments.length < MAX_COMMENTS) this.#traces.comments.push(text.slice(0, 100));
    const found = this.#open.at(-1)?.case;
    if (found && this.#isQt) readQtComment(found, text.slice(0, this.#bounds.messageCharacters));
  }

  close(): void {
    const closed = this.#open.pop();
    const parent = this.#open.at(-1);
    if (!closed || !parent) {
      if (closed) this.#judgeCounts(closed);
      return;
    }
    if (closed.finding) this.#find(closed, closed.finding, parent);
    if (closed.suite) this.#judgeCounts(closed);
    parent.seen += closed.seen;
  }

  done(replaced: Replaced): Report {
    const tool = toolOf(this.#traces);
    const { cases, problems } = this.#list;
    kindsOf(tool, cases).forEach((kind, at) => {
      const found = cases[at];
      if (found && tool !== OWN_TOOL) found.kind = kind;
    });
    return { tool, cases, problems, replaced };
  }

  #caseOf(attributes: Attributes, line: number): ReportCase {
    this.#traces.case ??= attributes;
    const { name = "", classname = "", file, line: sourceLine, lineno, time, status, group } = attributes;
    const suites = this.#suites();
    return this.#list.add({
      suites: has(group) ? [...suites, group] : suites,
      classname,
      name,
      file: has(file) ? file : this.#inherited("file"),
      package: this.#inherited("package"),
      hostname: this.#inherited("hostname"),
      line: wholeNumber(sourceLine ?? lineno),
      outcome:
        status === "notrun" || status === "disabled"
          ? "skipped"
          : this.#isQt
            ? qtOutcome(attributes)
            : "passed",
      durationMs: millisecondsOf(time),
      place: { number: 0, line },
    });
  }

  /** The open suites, without <testsuites>, which is the run. The cases of a suite share one list. */
  #suites(): string[] {
    const open = this.#open.findLast(({ suite }) => suite);
    if (!open) return [];
    open.suites ??= this.#open.flatMap(({ name, attributes }) =>
      name === "testsuite" && has(attributes.name) ? [attributes.name] : [],
    );
    return open.suites;
  }

  #inherited(attribute: string): string | null {
    return this.#open.findLast(({ attributes }) => has(attributes[attribute]))?.attributes[attribute] ?? null;
  }

  #property({ name = "", value = "" }: Attributes): void {
    if (this.#traces.properties.length < MAX_PROPERTIES) this.#traces.properties.push(name.slice(0, 100));
    const owner = this.#open.at(-2);
    const around = owner?.case;
    if (around && name === OWN_PROPERTIES.parameters) around.parameters = value;
    if (around && name === OWN_PROPERTIES.attempts) around.attempts = attemptsOf(wholeNumber(value));
    if (around && name === OWN_PROPERTIES.kind && value === "problem") around.kind = "hook";
    // tap writes a skipped test as a property, and a todo, which fails no run.
    if (value === "false" || !around) return;
    if (name === "skip" && around.outcome === "passed") around.outcome = "skipped";
    if (name !== "todo" || !isOfTap(this.#traces)) return;
    owner.todo = true;
    around.outcome = "skipped";
  }

  #find(element: Open, { outcome, text }: NonNullable<Open["finding"]>, parent: Open): void {
    const { messageCharacters, detailCharacters } = this.#bounds;
    const given = element.attributes.message;
    const whole = has(given) ? given : text.trim().split(/\r?\n/, 1)[0];
    const message = has(whole) ? whole.slice(0, messageCharacters) || null : null;
    const detail = has(text) && detailCharacters > 0 ? text : null;
    if (outcome === "earlier") {
      if (!parent.case) return;
      parent.tries = (parent.tries ?? 0) + 1;
      parent.case.attempts = attemptsOf(Math.max(parent.case.attempts, parent.tries + 1));
      addTry(parent.case, { name: element.name, message, detail });
      return;
    }
    // Suites count the failures of todos too.
    if (outcome !== "skipped") parent.seen++;
    if (!parent.case) {
      const fallback = `the suite has ${outcome === "error" ? "an error" : "a failure"}`;
      const problem = { suites: this.#suites(), message: message ?? fallback, detail, line: element.line };
      this.#list.addProblem(problem);
      return;
    }
    const found = parent.case;
    if (parent.todo) return;
    // Node's runner writes a todo's failure beside it, and its run stays green.
    parent.todo = outcome === "skipped" && element.attributes.type === "todo";
    // A case with several findings keeps the first that is worse than skipped.
    if (!isPassing(found.outcome) && !parent.todo) return;
    if (outcome === "skipped" && found.outcome === "skipped" && found.message !== null) return;
    Object.assign(found, { outcome, flaky: false, message, detail });
  }

  #judgeCounts(suite: Open): void {
    // QtTest counts messages as errors, and failures of blacklisted tests.
    if (this.#isQt) return;
    const { attributes, seen, line, name } = suite;
    const { failures, errors } = attributes;
    const counted = (wholeNumber(failures) ?? 0) + (wholeNumber(errors) ?? 0);
    if (counted === 0 || seen > 0) return;
    const around = this.#suites();
    const suites = name === "testsuite" && has(attributes.name) ? [...around, attributes.name] : around;
    const message = `counts ${counted} ${counted === 1 ? "failure or error" : "failures and errors"}, and no case shows one`;
    this.#list.addProblem({ kind: "count", suites, message, detail: null, line });
    suite.seen++;
  }
}
