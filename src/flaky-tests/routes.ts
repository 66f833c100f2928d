import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import type { FlakyRules } from "../project-results/flaky-rules.ts";
import type { TestRow } from "../project-results/protocol.ts";
import type { Quarantine } from "../project-results/quarantine-table.ts";
import { getTest } from "../results/reading.ts";
import { TEST_EXAMPLE, testShape, wireTest } from "../results/wire.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import {
  getRules,
  listQuarantines,
  previewRules,
  quarantineInput,
  quarantineTest,
  RULE_WORDS,
  RULES_EXAMPLE,
  releaseTest,
  rulesInput,
  setRules,
} from "./flaky-tests.ts";

const RULES = "/projects/:project/automation/flaky-rules";
const QUARANTINE = "/projects/:project/automation/tests/:test/quarantine";

const rulesShape = shape(() =>
  described(
    z.object({
      days: z.int(),
      changes_of_build: z.int(),
      changes_of_materials: z.int(),
      retries: z.int(),
    }),
    { name: "FlakyRules", fields: RULE_WORDS, example: RULES_EXAMPLE },
  ),
);
const wireRules = (rules: FlakyRules): Shaped<typeof rulesShape> => ({
  days: rules.days,
  changes_of_build: rules.changesOfBuild,
  changes_of_materials: rules.changesOfMaterials,
  retries: rules.retries,
});

const previewShape = shape(() =>
  described(
    z.object({
      becomes_flaky: z.array(testShape()),
      is_flaky_no_more: z.array(testShape()),
      judged: z.int(),
      not_judged: z.int(),
    }),
    {
      fields: {
        becomes_flaky: "Tests that would become flaky.",
        is_flaky_no_more: "Tests that would be flaky no more.",
        judged:
          "How many tests were judged: those with failures in their last runs or with evidence, the newest first.",
        not_judged:
          "How many more there are. Where rules are set, they are judged as the project is next read.",
      },
      example: { becomes_flaky: [], is_flaky_no_more: [], judged: 12, not_judged: 0 },
    },
  ),
);

const quarantineShape = shape(() =>
  described(
    z.object({
      test: testShape(),
      reason: z.string(),
      owner: z.string(),
      since: z.string(),
      until: z.string(),
      passes: z.int(),
      by: z.string(),
    }),
    {
      name: "Quarantine",
      fields: {
        test: "The test.",
        reason: "Why it is under quarantine.",
        owner: "Who is to mend it.",
        since: "When the quarantine began: a UTC time.",
        until: "When it ends at the latest: a UTC time.",
        passes: "How many passes in a row end it early.",
        by: "Who put it there: the scope and name of a token.",
      },
      example: {
        test: { ...TEST_EXAMPLE, quarantined_until: "2015-04-28T10:00:00+00:00" },
        reason: "It waits for a slow page",
        owner: "web team",
        since: "2015-04-08T03:05:00+00:00",
        until: "2015-04-28T10:00:00+00:00",
        passes: 5,
        by: "operator lab 7",
      },
    },
  ),
);
const wireQuarantine = ({
  quarantine,
  test,
}: {
  quarantine: Quarantine;
  test: TestRow;
}): Shaped<typeof quarantineShape> => ({
  test: wireTest(test),
  reason: quarantine.reason,
  owner: quarantine.owner,
  since: formatWireTime(quarantine.since),
  until: formatWireTime(quarantine.until),
  passes: quarantine.passes,
  by: quarantine.by,
});

export const flakyTestRoutes = new Hono<App>()
  .get(
    RULES,
    endpoint({
      operation: "getFlakyRules",
      summary: "Read by which rules a test is flaky",
      ids: ["project"],
      answers: { 200: { description: "The rules", schema: rulesShape } },
    }),
    async (c) => c.json(wireRules(await getRules(c.get("call"), c.req.valid("param").project))),
  )
  .put(
    RULES,
    endpoint({
      operation: "setFlakyRules",
      summary: "Set by which rules a test is flaky",
      ids: ["project"],
      body: rulesInput,
      answers: { 200: { description: "The rules as they now are", schema: rulesShape } },
    }),
    async (c) =>
      c.json(wireRules(await setRules(c.get("call"), c.req.valid("param").project, c.req.valid("json")))),
  )
  .post(
    `${RULES}/preview`,
    endpoint({
      operation: "previewFlakyRules",
      summary: "Preview what other rules would change",
      ids: ["project"],
      body: rulesInput,
      answers: { 200: { description: "The tests that would change", schema: previewShape } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      const preview = await previewRules(c.get("call"), project, c.req.valid("json"));
      return c.json({
        ...{ becomes_flaky: preview.becomes.map(wireTest), is_flaky_no_more: preview.ceases.map(wireTest) },
        ...{ judged: preview.judged, not_judged: preview.left },
      });
    },
  )
  .get(
    "/projects/:project/automation/quarantines",
    endpoint({
      operation: "listQuarantines",
      summary: "List the quarantined tests, those that end soonest first",
      ids: ["project"],
      answers: { 200: { description: "The quarantines", schema: () => z.array(quarantineShape()) } },
    }),
    async (c) => {
      const { project } = c.req.valid("param");
      return c.json((await listQuarantines(c.get("call"), project)).map(wireQuarantine));
    },
  )
  .put(
    QUARANTINE,
    endpoint({
      operation: "quarantineTest",
      summary: "Put a test under quarantine: its failure fails no job until it ends",
      ids: ["project", "test"],
      body: quarantineInput,
      exists: getTest,
      answers: { 200: { description: "The quarantine", schema: quarantineShape } },
    }),
    async (c) =>
      c.json(wireQuarantine(await quarantineTest(c.get("call"), c.req.valid("param"), c.req.valid("json")))),
  )
  .delete(
    QUARANTINE,
    endpoint({
      operation: "releaseTest",
      summary: "End a test's quarantine",
      ids: ["project", "test"],
      answers: { 200: { description: "The test", schema: testShape } },
    }),
    async (c) => c.json(wireTest(await releaseTest(c.get("call"), c.req.valid("param")))),
  );
