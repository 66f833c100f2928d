import * as z from "zod";
import { getProject } from "../access/known.ts";
import { nameOf } from "../access/permissions.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import type { FlakyRules } from "../project-results/flaky-rules.ts";
import type { TestRow } from "../project-results/protocol.ts";
import type { Quarantine } from "../project-results/quarantine-table.ts";
import { getTest, type TestPath } from "../results/reading.ts";
import { DAY_MS } from "../wire/durations.ts";
import { text, timeToSecond } from "../wire/fields.ts";
import { invalid, notFound } from "../wire/refusals.ts";
import { recordOfProject } from "./store.ts";

const wholeNumber = (least: number, most: number, of: string) => {
  const form = `must be a whole number of ${of} from ${least} to ${most}`;
  return z.int(form).min(least, { error: form }).max(most, { error: form });
};

/** How much evidence makes a test flaky. */
export const rulesInput = z.object({
  days: wholeNumber(1, 365, "days"),
  changes_of_build: wholeNumber(1, 100, "changes"),
  changes_of_materials: wholeNumber(1, 100, "changes"),
  retries: wholeNumber(1, 100, "retries"),
});

const rulesOf = (input: z.output<typeof rulesInput>): FlakyRules => ({
  days: input.days,
  changesOfBuild: input.changes_of_build,
  changesOfMaterials: input.changes_of_materials,
  retries: input.retries,
});

export const getRules = async (call: Call, project: number): Promise<FlakyRules> => {
  await getProject(call, project);
  return call.results(project, (object) => object.rules());
};

/** What other rules would change of which tests are flaky; nothing is changed. Throws `not_found`. */
export const previewRules = async (
  call: Call,
  project: number,
  input: z.output<typeof rulesInput>,
): Promise<{ becomes: TestRow[]; ceases: TestRow[] }> => {
  await getProject(call, project);
  return call.results(project, (object) => object.previewRules(rulesOf(input), call.now));
};

/** Sets by how much evidence a project takes a test for flaky. The audit has it before it is done. Throws `not_found`. */
export const setRules = async (
  call: Call,
  project: number,
  input: z.output<typeof rulesInput>,
): Promise<FlakyRules> => {
  const before = await getRules(call, project);
  const rules = rulesOf(input);
  await recordOfProject(call.db, project, authorOf(call, "setFlakyRules"), {
    before: { flaky_rules: before },
    after: { flaky_rules: rules },
  });
  await call.results(project, (object) => object.setRules(rules, call.now));
  return rules;
};

const MAX_DAYS = 30;

/** Why a test is under quarantine, who looks after it, until when, and after how many passes in a row it ends by itself. */
export const quarantineInput = z.object({
  reason: text(1000),
  owner: text(),
  until: timeToSecond(),
  passes: wholeNumber(1, 100, "passes").default(5),
});

/** Puts a test under quarantine: from its next run on its failure fails no job. The audit has it before it is done. Throws `not_found`, `invalid`. */
export const quarantineTest = async (
  call: Call,
  path: TestPath,
  { reason, owner, until, passes }: z.output<typeof quarantineInput>,
): Promise<{ quarantine: Quarantine; test: TestRow }> => {
  const { test: id } = path;
  await getTest(call, path);
  if (until <= call.now || until > call.now + MAX_DAYS * DAY_MS)
    throw invalid([{ field: "until", message: `must lie ahead, at most ${MAX_DAYS} days` }]);
  const by = nameOf(call.actor);
  const quarantine: Quarantine = { test: id, reason, owner, since: call.now, until, passes, by };
  await recordOfProject(call.db, path.project, authorOf(call, "quarantineTest"), {
    after: { test_id: id, reason, owner, until, passes },
  });
  const { put } = await call.results(path.project, (object) => object.putQuarantine(quarantine));
  if (!put) throw notFound("test", id);
  return { quarantine, test: await getTest(call, path) };
};

/** Ends a test's quarantine; one that has ended stays so. Throws `not_found`. */
export const releaseTest = async (call: Call, path: TestPath): Promise<TestRow> => {
  const { quarantinedUntil } = await getTest(call, path);
  if (quarantinedUntil !== null) {
    await recordOfProject(call.db, path.project, authorOf(call, "releaseTest"), {
      before: { test_id: path.test, until: quarantinedUntil },
      after: { test_id: path.test },
    });
    await call.results(path.project, (object) => object.endQuarantine(path.test));
  }
  return getTest(call, path);
};

/** A project's tests under quarantine, the first to end first. Throws `not_found`. */
export const listQuarantines = async (call: Call, project: number) => {
  await getProject(call, project);
  return call.results(project, (object) => object.quarantines(call.now));
};
