import * as z from "zod";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import type { BlackoutRow } from "./blackout-store.ts";
import { type BlackoutPreview, spansIn } from "./blackouts.ts";
import type { ClosedSpan } from "./closed-spans.ts";

const spanShape = shape(() =>
  described(z.object({ from: z.string(), to: z.string(), name: z.string() }), {
    name: "BlackoutSpan",
    fields: {
      from: "The beginning, inclusive: a UTC time.",
      to: "The end, exclusive: a UTC time.",
      name: "The name of the event, or of the blackout.",
    },
  }),
);

const wireSpan = ({ from, until, name }: ClosedSpan): Shaped<typeof spanShape> => ({
  from: formatWireTime(from),
  to: formatWireTime(until),
  name,
});

const SPANS_EXAMPLE = [
  { from: "2026-12-23T23:00:00+00:00", to: "2027-01-01T23:00:00+00:00", name: "Between the years" },
];

export const blackoutShape = shape(() =>
  described(
    z.object({
      blackout_id: z.int(),
      project_id: z.int(),
      name: z.string(),
      spans: z.array(spanShape()),
      created_at: z.string(),
      created_by: z.string(),
    }),
    {
      name: "Blackout",
      fields: {
        blackout_id: "The id of the blackout.",
        project_id: "The id of its project.",
        name: "What it is for, for people.",
        spans: "Its spans that were still to come when it was made, by time.",
        created_at: "When it was made: a UTC time.",
        created_by: "Who made it: the scope and name of a token.",
      },
      example: {
        blackout_id: 12,
        project_id: 356,
        name: "Between the years",
        spans: SPANS_EXAMPLE,
        created_at: "2026-12-01T09:00:00+00:00",
        created_by: "operator lab 7",
      },
    },
  ),
);

export const wireBlackout = (blackout: BlackoutRow): Shaped<typeof blackoutShape> => ({
  blackout_id: blackout.id,
  project_id: blackout.projectId,
  name: blackout.name,
  spans: spansIn(blackout).map(wireSpan),
  created_at: formatWireTime(blackout.createdAt),
  created_by: blackout.createdBy,
});

export const blackoutPreviewShape = shape(() =>
  described(
    z.object({
      spans: z.array(spanShape()),
      jobs: z.int(),
      schedules: z.array(
        described(z.object({ schedule_id: z.int(), name: z.string() }), {
          fields: { schedule_id: "The id of the schedule.", name: "Its name." },
        }),
      ),
    }),
    {
      fields: {
        spans: "Its spans that are still to come, by time.",
        jobs: "How many planned jobs it would cancel; 1,000 means that many or more.",
        schedules: "Of which schedules, at most 10 of them.",
      },
      example: { spans: SPANS_EXAMPLE, jobs: 9, schedules: [{ schedule_id: 245, name: "Nightly" }] },
    },
  ),
);

export const wireBlackoutPreview = (preview: BlackoutPreview): Shaped<typeof blackoutPreviewShape> => ({
  spans: preview.spans.map(wireSpan),
  jobs: preview.jobs,
  schedules: preview.schedules.map(({ id, name }) => ({ schedule_id: id, name })),
});
