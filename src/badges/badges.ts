import * as z from "zod";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import type { Database } from "../database/database.ts";
import { getSchedule, type SchedulePath } from "../schedules/schedules.ts";
import { described } from "../wire/described.ts";
import { text } from "../wire/fields.ts";
import { notFound } from "../wire/refusals.ts";
import { type BadgeState, stateOf } from "./picture.ts";
import {
  type Badge,
  setBadge as storeBadge,
  readBadge as storedBadge,
  removeBadge as storeRemoval,
} from "./store.ts";

export const MAX_LABEL = 40;
/** What stands on a badge where nobody chose anything: no name of a project or schedule is told without being asked for. */
export const LABEL = "tests";

export const badgeInput = described(
  z.object({
    label: text(MAX_LABEL)
      .transform((label) => label.replaceAll(/\s+/g, " ").trim())
      .optional(),
    renew: z.boolean("must be true or false").optional(),
  }),
  {
    name: "BadgeInput",
    fields: {
      label: `What stands on the left of the badge, at most ${MAX_LABEL} characters; left out: what stands there, at first "${LABEL}". Whoever sees the badge reads it.`,
      renew: "true: it gets another id, and the address that it had shows nothing any more.",
    },
    example: { label: "nightly" },
  },
).optional();

const ID_BYTES = 20;

/** The form of a badge's public id, which nobody can guess: 160 random bits in hex. */
const ID = /^[0-9a-f]{40}$/;

const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(ID_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

const placeOf = ({ project, schedule }: SchedulePath) => ({ projectId: project, id: schedule });

const found = (badge: Badge | undefined, { schedule }: SchedulePath): Badge => {
  if (!badge) throw notFound("schedule", schedule);
  return badge;
};

/**
 * Gives a schedule a badge that anyone may see who has its address; one that it has keeps its id, unless that is to be
 * renewed. Sent again after a lost answer, a renewal is another one: the id of the first was told to nobody. Throws
 * `not_found`.
 */
export const setBadge = async (
  call: Call,
  path: SchedulePath,
  { label, renew = false }: NonNullable<z.output<typeof badgeInput>> = {},
): Promise<Badge> => {
  const wanted = { id: newId(), renew, label, otherwise: LABEL };
  const author = authorOf(call, "setBadge");
  return found(await storeBadge(call.db, placeOf(path), { wanted, author }), path);
};

/** Takes a schedule's badge away: its address shows nothing any more. Throws `not_found`. */
export const removeBadge = async (call: Call, path: SchedulePath): Promise<Badge> =>
  found(await storeRemoval(call.db, placeOf(path), authorOf(call, "removeBadge")), path);

/** Throws `not_found`. */
export const getBadge = (call: Call, path: SchedulePath): Promise<Badge> => getSchedule(call, path);

export const badgePath = (badgeId: string): string => `/badges/${badgeId}.svg`;

/** The id in the last part of a badge's address; undefined for what can be none. */
export const badgeIdIn = (picture: string): string | undefined => {
  const id = picture.endsWith(".svg") ? picture.slice(0, -".svg".length) : "";
  return ID.test(id) ? id : undefined;
};

/** What the badge with this id shows at `now`; undefined if there is none. */
export const seeBadge = async (
  { db, now }: { db: Database; now: number },
  badgeId: string,
): Promise<{ label: string; state: BadgeState } | undefined> => {
  const badge = await storedBadge(db, badgeId, now);
  return badge && { label: badge.label, state: stateOf(badge.lastEnd) };
};
