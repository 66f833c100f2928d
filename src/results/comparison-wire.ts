import * as z from "zod";
import type { Compared, Comparison } from "../project-results/comparison.ts";
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
  described(z.object({ test_id: z.int(), ...NAME, earlier: sideShape(), later: sideShape() }), {
    name: "ComparedTest",
    fields: {
      ...NAME_WORDS,
      test_id: "The id of the test.",
      earlier: "Its result in the earlier job.",
      later: "Its result in the later job.",
    },
  }),
);

export const comparisonShape = shape(() =>
  described(
    z.object({
      newly_failing: z.array(comparedShape()),
      fixed: z.array(comparedShape()),
      slower: z.array(comparedShape()),
    }),
    {
      fields: {
        newly_failing: "Tests that fail in the later job and did not in the earlier.",
        fixed: "Tests that fail no more.",
        slower: "Tests that take half as long again, or longer.",
      },
      example: { newly_failing: [], fixed: [], slower: [] },
    },
  ),
);

const wireCompared = ({ id, name, earlier, later }: Compared): Shaped<typeof comparedShape> => ({
  test_id: id,
  ...named(name),
  earlier: { outcome: earlier.outcome, duration_ms: earlier.durationMs },
  later: { outcome: later.outcome, duration_ms: later.durationMs },
});

export const wireComparison = ({
  newlyFailing,
  fixed,
  slower,
}: Comparison): Shaped<typeof comparisonShape> => ({
  newly_failing: newlyFailing.map(wireCompared),
  fixed: fixed.map(wireCompared),
  slower: slower.map(wireCompared),
});
