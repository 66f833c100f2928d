import { givenMaterial } from "../jobs/materials.ts";
import { decodeBytes } from "../reports/text.ts";
import { fieldErrors } from "../wire/fields.ts";
import { DomainError, type FieldError, invalid } from "../wire/refusals.ts";
import { readCsv } from "./csv.ts";
import type { FileMatch, Incoming, NewTestRun } from "./store.ts";
import { MAX_RUNS } from "./test-runs.ts";

/** The maximum size of one file's test runs as JSON, in bytes; it equals that of a JSON body. */
const RUNS_BYTES = 1024 * 1024;
const MAX_WRONG = 100;

const tooMany = (): DomainError =>
  invalid([{ field: "body", message: `has more than ${MAX_RUNS} test runs: send it in parts` }]);

/** A test run in a file, and its name in a refusal. */
interface Found<Source> {
  source: Source;
  place: string;
  run: unknown;
}

/** The test runs of a file, each with its sources. Equal ones without an id are merged. */
export type ValidRuns<Source> = { run: NewTestRun; sources: Source[] }[];

/** Validates the test runs of a file. Throws `invalid` with up to a hundred wrong ones. */
export const validateRuns = <Source>(found: Iterable<Found<Source>>): ValidRuns<Source> => {
  const runs = new Map<string, { run: NewTestRun; sources: Source[] }>();
  const wrong: FieldError[] = [];
  for (const { source, place, run } of found) {
    const result = givenMaterial.safeParse(run);
    if (!result.success) {
      for (const { field, message } of fieldErrors(result.error, run))
        wrong.push({ field: `${place} ${field}`, message });
      if (wrong.length >= MAX_WRONG) break;
      continue;
    }
    const { test_run_id, test_case_name, automation_content } = result.data;
    const key = test_run_id === undefined ? JSON.stringify([test_case_name, automation_content]) : place;
    const known = runs.get(key);
    if (known) known.sources.push(source);
    else runs.set(key, { run: result.data, sources: [source] });
    if (runs.size > MAX_RUNS) throw tooMany();
  }
  if (wrong.length > 0) throw invalid(wrong);
  const valid = [...runs.values()];
  const bytes = new TextEncoder().encode(JSON.stringify(valid.map(({ run }) => run))).byteLength;
  if (bytes > RUNS_BYTES) {
    throw new DomainError(
      "invalid",
      `the file's ${runs.size} test runs take ${bytes} bytes; at most ${RUNS_BYTES} at once: send it in parts`,
    );
  }
  return valid;
};

const NEEDED = ["test_case_name", "automation_content"];
/** Spreadsheets and pandas write whole numbers with a decimal zero. Three zeros could be a group of digits. */
const WHOLE_NUMBER = /^(\d{1,15})(?:[.,]0{0,2})?$/;

/** The id in a cell; undefined if empty. Text that is no number stays text, and the schema refuses it. */
const idCell = (cell = ""): number | string | undefined => {
  const id = cell.trim();
  if (id === "") return undefined;
  const digits = WHOLE_NUMBER.exec(id)?.[1];
  return digits === undefined ? id : Number(digits);
};

function* runsOfTable(csv: string) {
  let rows = 0;
  for (const { line, cells } of readCsv(csv, NEEDED)) {
    if (++rows > MAX_RUNS) throw tooMany();
    yield {
      source: line,
      place: `line ${line}, column`,
      run: {
        test_run_id: idCell(cells.get("test_run_id")),
        test_case_id: idCell(cells.get("test_case_id")),
        test_case_name: cells.get("test_case_name"),
        test_case_version_id: idCell(cells.get("test_case_version_id")),
        automation_content: cells.get("automation_content"),
      },
    };
  }
  if (rows === 0) throw invalid([{ field: "body", message: "has no line under the one of the columns" }]);
}

/** The test runs of a CSV table with the columns of `testRunsInput`. Throws `invalid`. */
export const testRunsOfTable = (
  bytes: Uint8Array,
  { match = "content" }: { match?: FileMatch } = {},
): Incoming => {
  const { text } = decodeBytes(bytes, "windows-1252");
  return { runs: validateRuns(runsOfTable(text)).map(({ run }) => run), matchBy: match };
};
