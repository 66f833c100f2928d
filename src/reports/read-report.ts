import { readJunit } from "./junit.ts";
import type { Report } from "./report-case.ts";

/** Reads a report by what its bytes say that it is; `name` is its file's. Throws `ReportError`, with the line and why. */
export const readReport = (bytes: Uint8Array, _name: string): Report => readJunit(bytes);
