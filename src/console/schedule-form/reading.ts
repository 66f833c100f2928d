import type { ScheduleRow } from "../../schedules/store.ts";
import { isZone } from "../../schedules/time-zone.ts";
import { wireRules } from "../../schedules/wire.ts";
import { formatWireTime } from "../../wire/times.ts";
import { numberIn, textIn } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { instantOf, localInput } from "../parts/local-time.ts";

/** A comma-separated list of ids in one field, for the chosen ones without a checkbox of their own. */
const idsIn = (texts: readonly string[]): number[] =>
  texts.flatMap((text) => text.split(",")).flatMap((id) => (/^\d{1,15}$/.test(id) ? [Number(id)] : []));

/** The chosen test runs, without duplicates, in their order. */
export const chosenIn = (formInput: FormInput): number[] => [
  ...new Set(idsIn(formInput.all("test_run_ids"))),
];

/** A local time in the schedule's zone as the API takes it. Malformed text is unchanged, and the schema refuses it. */
const wireTimeIn = (formInput: FormInput, name: string): string | undefined => {
  const text = formInput.get(name);
  if (text === "") return undefined;
  const zone = formInput.get("time_zone");
  const at = instantOf(text, isZone(zone) ? zone : "UTC");
  return at === undefined ? text : formatWireTime(at);
};

/** The timing of a schedule, in the API's fields. Without a time it is now. */
export const cadenceIn = (formInput: FormInput, now: number) =>
  formInput.get("kind") === "repeat"
    ? {
        cron: formInput.get("cron"),
        time_zone: formInput.get("time_zone"),
        start_date: wireTimeIn(formInput, "start_date"),
        end_date: wireTimeIn(formInput, "end_date"),
        max_runs: numberIn(formInput.get("max_runs")),
        blackouts: textIn(formInput.get("blackouts")),
      }
    : {
        time_zone: formInput.get("time_zone"),
        start_date: wireTimeIn(formInput, "at") ?? formatWireTime(now),
      };

/** The other facts of a schedule, in the API's fields. */
export const factsIn = (formInput: FormInput) => ({
  name: formInput.get("name"),
  agent_server_id: numberIn(formInput.get("agent_server_id")),
  allocated_minutes: numberIn(formInput.get("allocated_minutes")),
  expire_after_minutes: numberIn(formInput.get("expire_after_minutes")),
  overlap: textIn(formInput.get("overlap")),
  missed: textIn(formInput.get("missed")),
  missed_within_minutes: numberIn(formInput.get("missed_within_minutes")),
  on_lost: textIn(formInput.get("on_lost")),
  max_attempts: numberIn(formInput.get("max_attempts")),
  stale_minutes: numberIn(formInput.get("stale_minutes")),
  blackouts: textIn(formInput.get("blackouts")),
});

const MAX_NAME = 255;

const formOf = (facts: Record<string, string | number | null>): FormInput =>
  new FormInput(Object.entries(facts).map(([name, value]) => [name, [value === null ? "" : String(value)]]));

/** The initial values for a new schedule: everything, once, now. */
export const newFormInput = (zone: string, agent: number | undefined): FormInput =>
  formOf({
    kind: "once",
    runs: "all",
    time_zone: zone,
    agent_server_id: agent ?? "",
    overlap: "skip",
    missed: "run_once",
    missed_within_minutes: 60,
    on_lost: "fail",
    max_attempts: 2,
    stale_minutes: 60,
    blackouts: "heed",
  });

/** The form's values for a schedule, or for a copy of it. */
export const scheduleFormInput = (schedule: ScheduleRow, isCopy = false): FormInput => {
  const local = (at: number | null) => (at === null ? "" : localInput(at, schedule.timeZone));
  const repeats = schedule.cron !== null;
  return formOf({
    kind: repeats ? "repeat" : "once",
    runs: "keep",
    name: isCopy ? `Copy of ${schedule.name}`.slice(0, MAX_NAME) : schedule.name,
    ...(isCopy ? { copy_of: schedule.id } : {}),
    agent_server_id: schedule.agentId,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    at: repeats || isCopy ? "" : local(schedule.startAt),
    start_date: repeats ? local(schedule.startAt) : "",
    end_date: local(schedule.endAt),
    ...wireRules(schedule),
  });
};
