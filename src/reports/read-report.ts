import { BOUNDS, type Bounds } from "./bounds.ts";
import { readJunit } from "./junit.ts";
import type { Report } from "./report-case.ts";

/**
 * Reads a report file of any known format, which its content tells. `name` is the file's name; a format that names no
 * suite and no file of its own takes it for the suite. Throws `ReportError`, which says the line and why.
 */
export const readReport = (bytes: Uint8Array, _name: string, bounds: Bounds = BOUNDS): Report =>
  readJunit(bytes, bounds);
