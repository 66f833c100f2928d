import { OWN_PROPERTIES, OWN_REPORT } from "./own-report.ts";
import { CUT, type ReportWriter, type Totals } from "./report-writer.ts";
import type { RunResult } from "./results.ts";

/** The maximum of nested suites; the reader allows 100 elements. */
const MAX_SUITES = 90;

const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML allows these nowhere
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string): string =>
  text
    .replace(FORBIDDEN, "\ufffd")
    .replace(/[&<>"\n\r\t]/g, (letter) => ESCAPES[letter] ?? `&#${letter.charCodeAt(0)};`);

const attribute = (name: string, value: string | number | null): string =>
  value === null ? "" : ` ${name}="${escaped(String(value))}"`;

const property = (name: string, value: string | number): string =>
  `<property${attribute("name", name)}${attribute("value", value)}/>`;

const ELEMENTS = { passed: "", failed: "failure", error: "error", skipped: "skipped" } as const;

const finding = ({ outcome, flaky, message, detail }: RunResult): string => {
  const element = flaky ? "flakyFailure" : ELEMENTS[outcome];
  return element === ""
    ? ""
    : `<${element}${attribute("message", message)}>${escaped(detail ?? "")}</${element}>`;
};

const caseOf = (result: RunResult): string => {
  const { title, file, suites, durationMs, parameters, attempts, kind } = result;
  const properties = [
    parameters === null ? "" : property(OWN_PROPERTIES.parameters, parameters),
    attempts === 1 ? "" : property(OWN_PROPERTIES.attempts, attempts),
    kind === "test" ? "" : property(OWN_PROPERTIES.kind, kind),
  ].join("");
  const time = durationMs === null ? null : (durationMs / 1000).toFixed(6);
  const attributes = [
    attribute("name", title),
    attribute("classname", suites.join(".").slice(0, 4000)),
    attribute("file", file),
    attribute("time", time),
  ].join("");
  const within = (properties === "" ? "" : `<properties>${properties}</properties>`) + finding(result);
  return within === "" ? `<testcase${attributes}/>\n` : `<testcase${attributes}>${within}</testcase>\n`;
};

const nested = (suites: readonly string[]): string[] =>
  suites.length <= MAX_SUITES
    ? [...suites]
    : [...suites.slice(0, MAX_SUITES - 1), suites.slice(MAX_SUITES - 1).join(" > ")];

/** Writes results as JUnit XML, with each case in its suites. */
export const junitWriter = (totals: Totals): ReportWriter => {
  let open: string[] = [];
  return {
    start: () => {
      const counts = [
        attribute("tests", totals.tests),
        attribute("failures", totals.failed),
        attribute("errors", totals.errors),
        attribute("skipped", totals.skipped),
      ];
      const root = `<testsuites${attribute("name", OWN_REPORT)}${counts.join("")}>`;
      return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n<testsuite>\n`;
    },
    result: (result) => {
      const suites = nested(result.suites);
      const differ = suites.findIndex((suite, at) => open[at] !== suite);
      const shared = differ === -1 ? Math.min(suites.length, open.length) : differ;
      const closed = "</testsuite>\n".repeat(open.length - shared);
      open = suites;
      const opened = suites.slice(shared).map((suite) => `<testsuite${attribute("name", suite)}>\n`);
      return closed + opened.join("") + caseOf(result);
    },
    end: (isCut) =>
      `${"</testsuite>\n".repeat(open.length + 1)}${isCut ? `<!-- ${CUT} -->\n` : ""}</testsuites>\n`,
  };
};
