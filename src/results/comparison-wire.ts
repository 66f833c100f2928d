import * as z from "zod";
import {
  COMPARED_LISTS,
  type Compared,
  type Comparison,
  MAX_COMPARED,
  SLOWER_MS,
} from "../project-results/comparison.ts";
import { RESULT_OUTCOMES } from "../project-results/outcomes.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { NAME, NAME_WORDS, named } from "./wire.ts";

const sideShape = shape(() =>
  described(z.object({ outcome: z.enum(RESULT_OUTCOMES), duration_ms: z.number().nullable() }), {
    name: "ComparedResult",
    fields: {
      outcome: "How it went.",
      duration_ms: "How long it took, in milliseconds; null: the report does not say.",
    },
  }),
);
const comparedShape = shape(() =>
  described(z.object({ test_id: z.int(), ...NAME, earlier: sideShape().nullable(), later: sideShape() }), {
    name: "ComparedTest",
    fields: {
      ...NAME_WORDS,
      test_id: "The id of the test.",
      earlier: "Its result in the earlier job, the worst of several; null: that has none.",
      later: "Its result in the later job, the worst of several.",
    },
  }),
);

export const comparisonShape = shape(() =>
  described(
    z.object({
      newly_failing: z.array(comparedShape()),
      fixed: z.array(comparedShape()),
      slower: z.array(comparedShape()),
      cut: z.array(z.enum(COMPARED_LISTS)),
    }),
    {
      fields: {
        newly_failing:
          "Tests that fail in the later job and did not in the earlier: there they passed, were skipped or have no result.",
        fixed: "Tests that failed in the earlier job and pass in the later.",
        slower: `Tests that passed in both and take half as long again, and at least ${SLOWER_MS} milliseconds longer.`,
        cut: `The lists that end after ${MAX_COMPARED} tests, although there are more.`,
      },
      example: { newly_failing: [], fixed: [], slower: [], cut: [] },
    },
  ),
);

const wireCompared = ({ id, name, earlier, later }: Compared): Shaped<typeof comparedShape> => ({
  test_id: id,
  ...named(name),
  earlier: earlier && { outcome: earlier.outcome, duration_ms: earlier.durationMs },
  later: { outcome: later.outcome, duration_ms: later.durationMs },
});

export const wireComparison = ({
  newlyFailing,
  fixed,
  slower,
  cut,
}: Comparison): Shaped<typeof comparisonShape> => ({
  newly_failing: newlyFailing.map(wireCompared),
  fixed: fixed.map(wireCompared),
  slower: slower.map(wireCompared),
  cut,
});
