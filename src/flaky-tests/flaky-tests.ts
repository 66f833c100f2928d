import * as z from "zod";
import { getProject } from "../access/known.ts";
import { nameOf } from "../access/permissions.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import type { FlakyRules } from "../project-results/flaky-rules.ts";
import type { RulesPreview, TestRow } from "../project-results/protocol.ts";
import type { Quarantine } from "../project-results/quarantine-table.ts";
import { getTest, type TestPath } from "../results/reading.ts";
import { described } from "../wire/described.ts";
import { DAY_MS } from "../wire/durations.ts";
import { text, timeToSecond, whole } from "../wire/fields.ts";
import { invalid, notFound } from "../wire/refusals.ts";
import { recordOfProject } from "./store.ts";

export const RULE_WORDS = {
  days: "How many days are looked back on.",
  changes_of_build: "How many changes of outcome within one build make a test flaky.",
  changes_of_materials: "How many changes of outcome with the same materials make a test flaky.",
  retries: "How many passes after a retry make a test flaky.",
};

export const RULES_EXAMPLE = { days: 14, changes_of_build: 1, changes_of_materials: 3, retries: 1 };

export const rulesInput = described(
  z.object({
    days: whole({ from: 1, to: 365, of: "days" }),
    changes_of_build: whole({ from: 1, to: 100, of: "changes" }),
    changes_of_materials: whole({ from: 1, to: 100, of: "changes" }),
    retries: whole({ from: 1, to: 100, of: "retries" }),
  }),
  { name: "GivenFlakyRules", fields: RULE_WORDS, example: RULES_EXAMPLE },
);

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

/** Which tests other rules would make flaky or not flaky. Changes nothing. Throws `not_found`. */
export const previewRules = async (
  call: Call,
  project: number,
  input: z.output<typeof rulesInput>,
): Promise<RulesPreview> => {
  await getProject(call, project);
  return call.results(project, (object) => object.previewRules(rulesOf(input), call.now));
};

/** Sets the project's rules for flaky tests. The audit row is written first. Throws `not_found`. */
export const setRules = async (
  call: Call,
  project: number,
  input: z.output<typeof rulesInput>,
): Promise<FlakyRules> => {
  const before = await getRules(call, project);
  const rules = rulesOf(input);
  await recordOfProject(call.db, authorOf(call, "setFlakyRules"), {
    projectId: project,
    before: { flaky_rules: before },
    after: { flaky_rules: rules },
  });
  await call.results(project, (object) => object.setRules(rules, call.now));
  return rules;
};

const MAX_DAYS = 30;

/** Why a test is under quarantine, its owner, the end time, and the number of passes in a row that end it early. */
export const quarantineInput = described(
  z.object({
    reason: text(1000),
    owner: text(),
    until: timeToSecond(),
    passes: whole({ from: 1, to: 100, of: "passes" }).default(5),
  }),
  {
    fields: {
      reason: "Why it is under quarantine.",
      owner: "Who is to mend it.",
      until: `When it ends at the latest: a time, at most ${MAX_DAYS} days ahead.`,
      passes: "How many passes in a row end it early.",
    },
    example: { reason: "It waits for a slow page", owner: "web team", until: "2015-04-28T17:00:00+0700" },
  },
);

/**
 * Quarantines a test: from its next run on, its failures fail no job. The audit row is written first. Throws
 * `not_found`, `invalid`.
 */
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
  await recordOfProject(call.db, authorOf(call, "quarantineTest"), {
    projectId: path.project,
    after: { test_id: id, reason, owner, until, passes },
  });
  const { put } = await call.results(path.project, (object) => object.putQuarantine(quarantine));
  if (!put) throw notFound("test", id);
  return { quarantine, test: await getTest(call, path) };
};

/** Ends a test's quarantine; does nothing if it has ended. Throws `not_found`. */
export const releaseTest = async (call: Call, path: TestPath): Promise<TestRow> => {
  const { quarantinedUntil } = await getTest(call, path);
  if (quarantinedUntil !== null) {
    await recordOfProject(call.db, authorOf(call, "releaseTest"), {
      projectId: path.project,
      before: { test_id: path.test, until: quarantinedUntil },
      after: { test_id: path.test },
    });
    await call.results(path.project, (object) => object.endQuarantine(path.test));
  }
  return getTest(call, path);
};

/** A project's tests under quarantine, ordered by end time. Throws `not_found`. */
export const listQuarantines = async (call: Call, project: number) => {
  await getProject(call, project);
  return call.results(project, (object) => object.quarantines(call.now));
};
