import * as z from "zod";
import { ALARM_KINDS } from "../database/enums.ts";
import { described } from "../wire/described.ts";
import { type Shaped, shape } from "../wire/lazy-shape.ts";
import { formatWireTime } from "../wire/times.ts";
import type { AlarmRow } from "./store.ts";

const named = z.object({ id: z.int(), name: z.string() });

/** What is stored with an alarm, and told with its events. */
const factsShape = z.object({
  message: z.string(),
  host: named.optional(),
  schedule: named.optional(),
  job_id: z.int().optional(),
});

/** The sentence that says what is wrong. */
export const messageIn = (facts: string): string => factsShape.parse(JSON.parse(facts)).message;

export const alarmShape = shape(() =>
  described(
    z.object({
      alarm_id: z.int(),
      kind: z.enum(ALARM_KINDS),
      message: z.string(),
      since: z.string(),
      raised_at: z.string(),
      host_server_id: z.int().nullable(),
      host_name: z.string().nullable(),
      schedule_id: z.int().nullable(),
      schedule_name: z.string().nullable(),
      job_id: z.int().nullable(),
    }),
    {
      name: "Alarm",
      fields: {
        alarm_id: "The id of the alarm.",
        kind: "What needs somebody, as a word for programs.",
        message: "What is wrong, in a sentence for people.",
        since: "Since when it is so: a UTC time.",
        raised_at: "When the alarm was raised: a UTC time.",
        host_server_id: "The id of the host that it is about; null: it is about no host.",
        host_name: "The name of that host when the alarm was raised.",
        schedule_id: "The id of the schedule that it is about, or of the job; null: it is about no schedule.",
        schedule_name: "The name of that schedule when the alarm was raised.",
        job_id: "The job that waited longest when the alarm was raised; null: it is about no job.",
      },
      example: {
        alarm_id: 12,
        kind: "host_silent",
        message: 'Host "lab 7" is silent and has work',
        since: "2015-04-08T03:01:48+00:00",
        raised_at: "2015-04-08T04:00:00+00:00",
        host_server_id: 48,
        host_name: "lab 7",
        schedule_id: null,
        schedule_name: null,
        job_id: null,
      },
    },
  ),
);

export const wireAlarm = ({ id, kind, since, raisedAt, facts }: AlarmRow): Shaped<typeof alarmShape> => {
  const { message, host, schedule, job_id = null } = factsShape.parse(JSON.parse(facts));
  return {
    ...{ alarm_id: id, kind, message, job_id },
    ...{ since: formatWireTime(since), raised_at: formatWireTime(raisedAt) },
    ...{ host_server_id: host?.id ?? null, host_name: host?.name ?? null },
    ...{ schedule_id: schedule?.id ?? null, schedule_name: schedule?.name ?? null },
  };
};
