import type { ReportCase } from "./report-case.ts";
import type { Attributes } from "./xml.ts";

/** The property by which a report of QtTest is known; it stands before the cases. */
export const QT_PROPERTY = "QTestVersion";

const REFERENCES: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };

/** QtTest escapes a comment as if it were text. */
const unescaped = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,5})|(\w{2,4}));/gi, (whole, hex: string | undefined, name: string = "") =>
    hex === undefined ? (REFERENCES[name] ?? whole) : String.fromCodePoint(Number.parseInt(hex, 16)),
  );

/**
 * QtTest has no element for an expected failure, or for the failure of a blacklisted test: both leave the run green, as a
 * todo does.
 */
export const qtOutcome = ({ result }: Attributes): "skipped" | "passed" =>
  result === "xfail" || result === "bfail" ? "skipped" : "passed";

/** QtTest says in a comment that a case was skipped and why, and why a failure was expected. */
export const readQtComment = (found: ReportCase, comment: string): void => {
  const [, message = "", type] = /^\s*message="([^"]*)" type="(\w+)"\s*$/.exec(comment) ?? [];
  if (type === "skip" && found.outcome === "passed") found.outcome = "skipped";
  if (type !== undefined && found.outcome === "skipped") found.message ??= unescaped(message) || null;
};
