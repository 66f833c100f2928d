import * as z from "zod";
import { BLACKOUT_RULES, MISSED, ON_LOST, OVERLAPS } from "../database/enums.ts";
import { COMMIT_WORDS, commitInput } from "../jobs/commit.ts";
import { givenMaterials, MAX_TEST_RUNS } from "../jobs/materials.ts";
import { parametersInput } from "../jobs/parameters.ts";
import { described } from "../wire/described.ts";
import { DAY_MS } from "../wire/durations.ts";
import { id, oneOf, text, timeToSecond, whole } from "../wire/fields.ts";
import { parseCron } from "./cron-times.ts";
import { scheduleWords } from "./field-words.ts";
import { testFilter } from "./test-filter.ts";
import { isZone } from "./time-zone.ts";

const YEAR_MINUTES = 60 * 24 * 366;

const testRunIds = z
  .array(id(), "must be a list of test run ids")
  .max(MAX_TEST_RUNS, { error: `must hold at most ${MAX_TEST_RUNS} ids` });
const cron = z.string("must be a cron expression").superRefine((value, context) => {
  const parsed = parseCron(value);
  if ("problem" in parsed) context.addIssue({ code: "custom", message: parsed.problem });
});

const timeZone = text(64).refine(isZone, { error: "must be an IANA time zone, like Europe/Berlin or UTC" });

/**
 * When a schedule runs: once at `start_date` (default: now), or by `cron` in its zone, between `start_date`
 * and `end_date`, at most `max_runs` times.
 */
const cadence = {
  start_date: timeToSecond().nullish(),
  cron: cron.nullish(),
  time_zone: timeZone.default("UTC"),
  end_date: timeToSecond().nullish(),
  max_runs: whole({ from: 1, to: 1_000_000, of: "runs" }).nullish(),
};

interface When {
  start_date?: number | null | undefined;
  cron?: string | null | undefined;
  end_date?: number | null | undefined;
  max_runs?: number | null | undefined;
}

const refuseNoTime = (when: When, context: z.RefinementCtx): void => {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (when.cron == null) {
    if (when.end_date != null) refuse("end_date", "goes with a cron only; a single run has its start_date");
    if (when.max_runs != null) refuse("max_runs", "goes with a cron only; without one there is a single run");
  }
  if (when.end_date != null && when.start_date != null && when.end_date <= when.start_date) {
    refuse("end_date", "must be after start_date");
  }
};

const givenWords = {
  ...scheduleWords,
  start_date: "When it runs first, or from when on: a time; left out: now.",
  commit: COMMIT_WORDS,
  test_run_ids:
    "The ids of the test runs to run; without these and materials the host runs all that the agent has.",
  tests:
    "The tests to run, in place of test_run_ids: the project's test runs, as they are now, that one of these finds by their name or content. A part of it in any case, a whole one with a * for what lies between, or a word that begins with @, like @smoke.",
  automation_materials: "The tests to run, written out, in place of test_run_ids.",
};

/** A schedule to create or replace. Without test runs and materials the host runs everything. */
export const scheduleInput = described(
  z
    .object({
      name: text(),
      agent_server_id: id(),
      ...cadence,
      test_run_ids: testRunIds.nullish(),
      tests: testFilter.nullish(),
      automation_materials: givenMaterials.nullish(),
      allocated_minutes: whole({ from: 1, to: YEAR_MINUTES, of: "minutes" }).nullish(),
      expire_after_minutes: whole({ from: 1, to: YEAR_MINUTES, of: "minutes" }).nullish(),
      overlap: oneOf(OVERLAPS).default("skip"),
      missed: oneOf(MISSED).default("run_once"),
      missed_within_minutes: whole({ from: 0, to: YEAR_MINUTES, of: "minutes" }).default(60),
      on_lost: oneOf(ON_LOST).default("fail"),
      max_attempts: whole({ from: 1, to: 100, of: "attempts" }).default(2),
      stale_minutes: whole({ from: 0, to: YEAR_MINUTES, of: "minutes" }).default(60),
      parameters: parametersInput.nullish(),
      commit: commitInput.nullish(),
      blackouts: oneOf(BLACKOUT_RULES).default("heed"),
    })
    .superRefine((schedule, context) => {
      refuseNoTime(schedule, context);
      const [given, other] = [
        "test_run_ids" as const,
        "tests" as const,
        "automation_materials" as const,
      ].filter((name) => schedule[name] != null);
      if (given !== undefined && other !== undefined) {
        context.addIssue({
          code: "custom",
          path: [other],
          message: `can't be given together with ${given}: send one of them`,
        });
      }
    }),
  {
    name: "GivenSchedule",
    fields: givenWords,
    example: {
      name: "Nightly",
      agent_server_id: 148,
      cron: "0 3 * * *",
      time_zone: "Europe/Berlin",
      test_run_ids: [6691],
      allocated_minutes: 60,
    },
  },
);
export type ScheduleInput = z.output<typeof scheduleInput>;
export type GivenTests = Pick<ScheduleInput, "tests" | "test_run_ids" | "automation_materials">;

/** The vendor's form of a single run. Without `startDate` it runs now. Other fields are not checked. */
export const scheduleOnceInput = described(
  z.object({
    agentId: id(),
    projectId: id(),
    name: text().nullish(),
    startDate: timeToSecond().nullish(),
    testRunIds: testRunIds.nullish(),
  }),
  {
    fields: {
      agentId: "The id of the agent: its agent_server_id.",
      projectId: "The id of the agent's project.",
      name: "The schedule's name, for people.",
      startDate: "When it runs: a time; left out: now.",
      testRunIds: "The ids of the test runs to run; left out: all that the agent has.",
    },
    example: { agentId: 148, projectId: 356, name: "Once more", testRunIds: [6691] },
  },
);
export type ScheduleOnceInput = z.output<typeof scheduleOnceInput>;

/** The fields that a preview uses. The other fields of a schedule are accepted and not checked. */
export const previewInput = described(
  z
    .object({
      ...Object.fromEntries(Object.keys(scheduleInput.shape).map((name) => [name, z.unknown().optional()])),
      ...cadence,
      blackouts: oneOf(BLACKOUT_RULES).default("heed"),
    })
    .superRefine(refuseNoTime),
  { fields: givenWords, example: { cron: "0 3 * * *", time_zone: "Europe/Berlin" } },
);
export type PreviewInput = z.output<typeof previewInput>;

export const pauseInput = described(z.object({ note: text(1000).nullish() }), {
  fields: { note: "Why it is paused, for people." },
  example: { note: "The lab moves" },
}).optional();

/** A window to backfill. `overlap` replaces the schedule's own. */
export const backfillInput = described(
  z
    .object({ from: timeToSecond(), to: timeToSecond(), overlap: oneOf(OVERLAPS).optional() })
    .superRefine(({ from, to }, context) => {
      if (to <= from) context.addIssue({ code: "custom", path: ["to"], message: "must be after from" });
    }),
  {
    fields: {
      from: "The beginning of the window, inclusive: a time.",
      to: "The end of the window, exclusive: a time.",
      overlap: "What becomes of runs that overlap, in place of the schedule's own rule.",
    },
    example: { from: "2015-04-01T00:00:00+0700", to: "2015-04-08T00:00:00+0700", overlap: "allow" },
  },
);
export type BackfillInput = z.output<typeof backfillInput>;

const MAX_DAYS = 62;

/** The window of a calendar, and the time zone of its days. */
export const calendarQuery = described(
  z
    .object({ from: timeToSecond(), to: timeToSecond(), time_zone: timeZone.default("UTC") })
    .superRefine(({ from, to }, context) => {
      if (to <= from) context.addIssue({ code: "custom", path: ["to"], message: "must be after from" });
      if (to - from > MAX_DAYS * DAY_MS) {
        context.addIssue({
          code: "custom",
          path: ["to"],
          message: `must be at most ${MAX_DAYS} days after from`,
        });
      }
    }),
  {
    fields: {
      from: "The beginning of the window, inclusive: a time.",
      to: `The end of the window, exclusive: a time, at most ${MAX_DAYS} days later.`,
      time_zone: "The IANA time zone of the days, like Europe/Berlin.",
    },
  },
);
export type CalendarQuery = z.output<typeof calendarQuery>;
