import * as z from "zod";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../env.ts";
import { DomainError, type FieldError, invalid, notFound } from "../http/errors.ts";
import { cutPage, type Listed, type Page } from "../http/pages.ts";
import { fieldErrors, HIGHEST_GIVEN_ID, id, text } from "../http/validate.ts";
import { getProject } from "../projects/projects.ts";
import { creationOf, isRepeat } from "../replay/replay.ts";
import { type Material, materialShape } from "../schedules/materials.ts";
import { type Content, caseLabel, runOf } from "./content.ts";
import { readCsv } from "./csv.ts";
import { readJunit } from "./junit.ts";
import { readTestRun, readTestRuns, removeTestRun } from "./kept-store.ts";
import { type Incoming, type NewTestRun, readUnknown, upsertTestRuns } from "./store.ts";

const CONTENT_CHARACTERS = 4000;
const MOST_AT_ONCE = 5000;
const LIST_FORM = `must be a list of 1 to ${MOST_AT_ONCE} test runs`;

const testRunInput = z.object({
  test_run_id: id().optional(),
  test_case_id: id().optional(),
  test_case_name: text(),
  test_case_version_id: id().optional(),
  automation_content: text(CONTENT_CHARACTERS),
});

/** Test runs to bring in: a known `test_run_id` is updated, a missing id given. */
export const testRunsInput = z
  .array(testRunInput, LIST_FORM)
  .min(1, { error: LIST_FORM })
  .max(MOST_AT_ONCE, { error: LIST_FORM })
  .transform((runs): Incoming => ({ runs, knownBy: "id" }));

/** The most that the test runs of one file may take as JSON, in bytes: what a JSON body could bring, too. */
const RUNS_BYTES = 1024 * 1024;
const MOST_WRONG = 100;

/** Judges the runs of a file as they come, each with what its fields are called in a refusal. One said twice without an id counts once. */
const judged = (found: Iterable<{ place: string; run: unknown }>): Incoming => {
  const runs = new Map<string, NewTestRun>();
  const wrong: FieldError[] = [];
  for (const { place, run } of found) {
    const result = testRunInput.safeParse(run);
    if (!result.success) {
      for (const { field, message } of fieldErrors(result.error, run))
        wrong.push({ field: `${place} ${field}`, message });
      if (wrong.length >= MOST_WRONG) break;
      continue;
    }
    const { test_run_id, test_case_name, automation_content } = result.data;
    const key = test_run_id === undefined ? JSON.stringify([test_case_name, automation_content]) : place;
    runs.set(key, runs.get(key) ?? result.data);
    if (runs.size > MOST_AT_ONCE) throw tooMany();
  }
  if (wrong.length > 0) throw invalid(wrong);
  const bytes = new TextEncoder().encode(JSON.stringify([...runs.values()])).byteLength;
  if (bytes > RUNS_BYTES) {
    throw new DomainError(
      "invalid",
      `the file's ${runs.size} test runs take ${bytes} bytes; at most ${RUNS_BYTES} at once: send it in parts`,
    );
  }
  return { runs: [...runs.values()], knownBy: "content" };
};

const tooMany = (): DomainError =>
  invalid([{ field: "body", message: `has more than ${MOST_AT_ONCE} test runs: send it in parts` }]);

/**
 * The test runs of a JUnit XML report (content.ts says what each becomes), whatever came of the cases. Cases
 * that would be the same test run, in name and content, are one: so those of the same name and classname are.
 * Throws `invalid`.
 */
export const testRunsOfReport = (xml: string, content: Content): Incoming =>
  judged(readJunit(xml).map((each) => ({ place: `${caseLabel(each)}: its`, run: runOf(each, content) })));

const NEEDED = ["test_case_name", "automation_content"];
const DIGITS = /^\d{1,15}$/;

/** A cell that holds an id: empty is none; what is no number stays text, for the schema to refuse. */
const idCell = (cell = ""): number | string | undefined => {
  const id = cell.trim();
  return id === "" ? undefined : DIGITS.test(id) ? Number(id) : id;
};

function* runsOfTable(csv: string) {
  let rows = 0;
  for (const { line, cells } of readCsv(csv, NEEDED)) {
    if (++rows > MOST_AT_ONCE) throw tooMany();
    yield {
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

/** The test runs of a CSV table whose columns are called as the fields of `testRunsInput`. Throws `invalid`. */
export const testRunsOfTable = (csv: string): Incoming => judged(runsOfTable(csv));

/**
 * Brings test runs into a project; gives them all as they now are, in the order they came. Those of a file that
 * come without a `test_run_id` and are known by the same name and content are updated, not doubled. Throws
 * `not_found`, `invalid` for an id that only we could give.
 */
export const createTestRuns = async (
  call: Call,
  project: number,
  incoming: Incoming,
): Promise<Material[]> => {
  await refuseIdsOfOurs(call, project, incoming);
  const creation = await creationOf(call, incoming.runs);
  const { claim, projectExists, rows } = await upsertTestRuns(
    call.db,
    project,
    incoming,
    authorOf(call, "createTestRuns"),
    creation,
  );
  if (!projectExists) throw notFound("project", project);
  isRepeat(creation, claim);
  return rows;
};

/** Ids above those that a client may give are ours: they name test runs that are there. */
const refuseIdsOfOurs = async (call: Call, project: number, { runs }: Incoming): Promise<void> => {
  const ours = runs.flatMap(({ test_run_id: id }) => (id !== undefined && id > HIGHEST_GIVEN_ID ? [id] : []));
  if (ours.length === 0) return;
  await getProject(call, project);
  const [unknown] = await readUnknown(call.db, project, ours);
  if (unknown === undefined) return;
  throw invalid([
    {
      field: "test_run_id",
      message: `names test run ${unknown}, which is not in project ${project}; a new one has an id of at most ${HIGHEST_GIVEN_ID}, or none`,
    },
  ]);
};

/** The path of one test run's calls. */
export interface TestRunPath {
  project: number;
  test_run: number;
}

/** A test run that is there, in this project. Throws `not_found`. */
export const getTestRun = async ({ db }: Call, { project, test_run }: TestRunPath): Promise<Material> => {
  const found = await readTestRun(db, project, test_run);
  if (!found) throw notFound("test run", `${test_run} in project ${project}`);
  return materialShape.parse(found);
};

/** A project's test runs, a page by id. Throws `not_found` for the project. */
export const listTestRuns = async (
  { db }: Call,
  project: number,
  page: Page,
): Promise<Listed<Material & { id: number }>> => {
  const { projectExists, rows } = await readTestRuns(db, project, page);
  if (!projectExists) throw notFound("project", project);
  return cutPage(
    rows.map((run) => ({ ...run, id: run.test_run_id })),
    page,
  );
};

/** Deletes a test run; schedules and jobs keep it as it was when they were made. Throws `not_found`. */
export const deleteTestRun = async (call: Call, path: TestRunPath): Promise<Material> => {
  const { project: projectId, test_run: id } = path;
  const removed = await removeTestRun(call.db, { projectId, id }, authorOf(call, "deleteTestRun"));
  if (removed === undefined) throw notFound("test run", `${id} in project ${projectId}`);
  return materialShape.parse({ ...JSON.parse(removed), test_run_id: id });
};
