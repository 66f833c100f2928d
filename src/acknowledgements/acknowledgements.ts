import * as z from "zod";
import { getHost } from "../access/known.ts";
import { authorOf } from "../audit/audit.ts";
import type { Author } from "../audit/author.ts";
import type { Call } from "../call.ts";
import { getSchedule, type SchedulePath } from "../schedules/schedules.ts";
import { described } from "../wire/described.ts";
import { DAY_MS } from "../wire/durations.ts";
import { time } from "../wire/fields.ts";
import { type DomainError, invalid, notFound } from "../wire/refusals.ts";
import {
  type Acknowledgement,
  acknowledgeHost as storeOfHost,
  acknowledgeSchedule as storeOfSchedule,
} from "./store.ts";

/** What nobody has looked after for so long asks for attention again. */
const MAX_DAYS = 30;

export const acknowledgementInput = described(z.object({ until: time() }), {
  name: "AcknowledgementInput",
  fields: {
    until: `Until when the overview of the console asks for no attention to it: a time within ${MAX_DAYS} days.`,
  },
  example: { until: "2015-04-10T08:00:00+0000" },
});
type Input = z.output<typeof acknowledgementInput>;

const NOTHING: Acknowledgement = { acknowledgedUntil: null, acknowledgedBy: null };

/** What is wrong with an end; undefined if it may be. */
const refusalOf = ({ now }: Call, { until }: Input): DomainError | undefined => {
  if (until <= now) return invalid([{ field: "until", message: "must be a time to come" }]);
  return until > now + MAX_DAYS * DAY_MS
    ? invalid([{ field: "until", message: `must be at most ${MAX_DAYS} days from now` }])
    : undefined;
};

const changeSchedule = async (
  call: Call,
  { project, schedule }: SchedulePath,
  { changes, author }: { changes: Acknowledgement; author: Author },
): Promise<Acknowledgement> => {
  const found = await storeOfSchedule(call.db, { projectId: project, id: schedule }, { changes, author });
  if (!found) throw notFound("schedule", schedule);
  return found;
};

const changeHost = async (
  call: Call,
  host: number,
  { changes, author }: { changes: Acknowledgement; author: Author },
): Promise<Acknowledgement> => {
  const found = await storeOfHost(call.db, host, { changes, author });
  if (!found) throw notFound("host", host);
  return found;
};

/** Until then the overview leaves the failures of a schedule under "Acknowledged". Throws `invalid`, `not_found`. */
export const acknowledgeSchedule = async (
  call: Call,
  path: SchedulePath,
  input: Input,
): Promise<Acknowledgement> => {
  const refusal = refusalOf(call, input);
  if (refusal) {
    await getSchedule(call, path);
    throw refusal;
  }
  const author = authorOf(call, "acknowledgeSchedule");
  const changes = { acknowledgedUntil: input.until, acknowledgedBy: author.by };
  return changeSchedule(call, path, { changes, author });
};

/** The failures of a schedule ask for attention again. Throws `not_found`. */
export const unacknowledgeSchedule = (call: Call, path: SchedulePath): Promise<Acknowledgement> =>
  changeSchedule(call, path, { changes: NOTHING, author: authorOf(call, "unacknowledgeSchedule") });

/** Until then the overview leaves what waits for a host, and its runs in doubt, under "Acknowledged". Throws `invalid`, `not_found`. */
export const acknowledgeHost = async (call: Call, host: number, input: Input): Promise<Acknowledgement> => {
  const refusal = refusalOf(call, input);
  if (refusal) {
    await getHost(call, host);
    throw refusal;
  }
  const author = authorOf(call, "acknowledgeHost");
  const changes = { acknowledgedUntil: input.until, acknowledgedBy: author.by };
  return changeHost(call, host, { changes, author });
};

/** What waits for a host asks for attention again. Throws `not_found`. */
export const unacknowledgeHost = (call: Call, host: number): Promise<Acknowledgement> =>
  changeHost(call, host, { changes: NOTHING, author: authorOf(call, "unacknowledgeHost") });
