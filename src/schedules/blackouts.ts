import * as z from "zod";
import { getProject } from "../access/known.ts";
import { authorOf } from "../audit/audit.ts";
import type { Call } from "../call.ts";
import { notifyOfJobs } from "../host-object/cache-invalidation.ts";
import { creationOf, refuseReusedKey } from "../replay/replay.ts";
import { cutPage, type Listed, type Page } from "../wire/list-pages.ts";
import { DomainError, notFound } from "../wire/refusals.ts";
import { wholeSecond } from "../wire/times.ts";
import { type BlackoutInput, spansOf } from "./blackout-input.ts";
import { readPlannedWithin } from "./blackout-jobs-store.ts";
import {
  type BlackoutRow,
  insertBlackout,
  MAX_BLACKOUTS,
  readBlackout,
  readBlackouts,
  removeBlackout,
} from "./blackout-store.ts";
import type { ClosedSpan } from "./closed-spans.ts";

const spansShape = z.array(z.object({ from: z.number(), until: z.number(), name: z.string() }));

/** A blackout's spans as they are stored. */
export const spansIn = ({ spans }: Pick<BlackoutRow, "spans">): ClosedSpan[] =>
  spansShape.parse(JSON.parse(spans));

/** Jobs that are due until then may have been handed out. */
const handedOutUntil = ({ now, settings }: Call): number => wholeSecond(now) + settings.LEASE_SECONDS * 1000;

/** What a blackout would do: its spans, and what is planned within them. */
export interface BlackoutPreview {
  spans: ClosedSpan[];
  /** How many planned jobs it would cancel, at most 1,000. */
  jobs: number;
  /** Of which schedules, at most 10 of them. */
  schedules: { id: number; name: string }[];
}

/** Throws `not_found` for the project, `invalid`. */
export const previewBlackout = async (
  call: Call,
  project: number,
  input: BlackoutInput,
): Promise<BlackoutPreview> => {
  const spans = spansOf(input, call.now);
  await getProject(call, project);
  const planned = await readPlannedWithin(call.db, project, { spans, after: handedOutUntil(call) });
  return { spans, ...planned };
};

/**
 * Makes a blackout of a project: its schedules that heed it do not run by their crons in its spans. Jobs that were
 * planned there are cancelled, but for those that may have been handed out. Throws `not_found`, `invalid`, `key_reused`,
 * `too_many_blackouts`.
 */
export const createBlackout = async (
  call: Call,
  project: number,
  input: BlackoutInput,
): Promise<BlackoutRow> => {
  const creation = await creationOf(call, input);
  const spans = spansOf(input, call.now);
  const endsAt = Math.max(...spans.map(({ until }) => until));
  const { claim, blackout } = await insertBlackout(
    call.db,
    { projectId: project, name: input.name, spans: JSON.stringify(spans), endsAt },
    { after: handedOutUntil(call), author: authorOf(call, "createBlackout"), creation },
  );
  refuseReusedKey(creation, claim);
  if (blackout) return blackout;
  await getProject(call, project);
  throw new DomainError(
    "too_many_blackouts",
    `project ${project} has ${MAX_BLACKOUTS} blackouts; delete one that is over or not needed`,
  );
};

/** A page of a project's blackouts by id. Throws `not_found`. */
export const listBlackouts = async (
  { db }: Call,
  project: number,
  page: Page,
): Promise<Listed<BlackoutRow>> => {
  const { projectExists, rows } = await readBlackouts(db, project, page);
  if (!projectExists) throw notFound("project", project);
  return cutPage(rows, page);
};

interface BlackoutPath {
  project: number;
  blackout: number;
}

/** Throws `not_found`. */
export const getBlackout = async (
  { db }: Call,
  { project, blackout: id }: BlackoutPath,
): Promise<BlackoutRow> => {
  const found = await readBlackout(db, project, id);
  if (!found) throw notFound("blackout", id);
  return found;
};

/**
 * Deletes a blackout. What it left out is planned again by the tick after ten minutes; a run that was due before then
 * was missed, and its schedule's rule decides. Throws `not_found`.
 */
export const deleteBlackout = async (
  call: Call,
  { project, blackout: id }: BlackoutPath,
): Promise<BlackoutRow> => {
  const before = await getBlackout(call, { project, blackout: id });
  const ahead = spansIn(before).filter(({ until }) => until > call.now);
  const from = ahead.length === 0 ? null : Math.max(call.now, Math.min(...ahead.map((span) => span.from)));
  const { blackout, connected } = await removeBlackout(
    call.db,
    { projectId: project, id, from },
    authorOf(call, "deleteBlackout"),
  );
  if (!blackout) throw notFound("blackout", id);
  // Their sockets may have been told of no job for longer than there is none.
  await notifyOfJobs(call, connected);
  return blackout;
};
