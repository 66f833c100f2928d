import type { ScheduleRow } from "../../schedules/store.ts";
import { isZone } from "../../schedules/time-zone.ts";
import { formatWireTime } from "../../wire/times.ts";
import { numberIn, textIn } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { instantOf, localInput } from "../parts/local-time.ts";

/** A list of ids in one field: what is chosen beyond those that have a field each. */
const idsIn = (texts: readonly string[]): number[] =>
  texts.flatMap((text) => text.split(",")).flatMap((id) => (/^\d{1,15}$/.test(id) ? [Number(id)] : []));

/** The test runs that a form names, each once, in their order. */
export const chosenIn = (typed: FormInput): number[] => [...new Set(idsIn(typed.all("test_run_ids")))];

/** A local time of the schedule's zone, as the API takes it; what is none stays as it is, to be refused. */
const wireTimeIn = (typed: FormInput, name: string): string | undefined => {
  const text = typed.get(name);
  if (text === "") return undefined;
  const zone = typed.get("time_zone");
  const at = instantOf(text, isZone(zone) ? zone : "UTC");
  return at === undefined ? text : formatWireTime(at);
};

/** When a schedule runs, as a form says it, in the API's fields. Nothing said is now. */
export const cadenceIn = (typed: FormInput, now: number) =>
  typed.get("kind") === "repeat"
    ? {
        cron: typed.get("cron"),
        time_zone: typed.get("time_zone"),
        start_date: wireTimeIn(typed, "start_date"),
        end_date: wireTimeIn(typed, "end_date"),
        max_runs: numberIn(typed.get("max_runs")),
      }
    : {
        time_zone: typed.get("time_zone"),
        start_date: wireTimeIn(typed, "at") ?? formatWireTime(now),
      };

/** What else a form says of a schedule, in the API's fields. */
export const factsIn = (typed: FormInput) => ({
  name: typed.get("name"),
  agent_server_id: numberIn(typed.get("agent_server_id")),
  allocated_minutes: numberIn(typed.get("allocated_minutes")),
  expire_after_minutes: numberIn(typed.get("expire_after_minutes")),
  overlap: textIn(typed.get("overlap")),
  missed: textIn(typed.get("missed")),
  missed_within_minutes: numberIn(typed.get("missed_within_minutes")),
  on_lost: textIn(typed.get("on_lost")),
  max_attempts: numberIn(typed.get("max_attempts")),
  stale_minutes: numberIn(typed.get("stale_minutes")),
});

const fieldsOf = (facts: Record<string, string | number | null>): FormInput =>
  new FormInput(Object.entries(facts).map(([name, value]) => [name, [value === null ? "" : String(value)]]));

/** The form of a new schedule: run everything, once, now. */
export const newTyped = (zone: string, agent: number | undefined): FormInput =>
  fieldsOf({
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
  });

/** A schedule as its form shows it. */
export const scheduleTyped = (schedule: ScheduleRow): FormInput => {
  const local = (at: number | null) => (at === null ? "" : localInput(at, schedule.timeZone));
  const repeats = schedule.cron !== null;
  return fieldsOf({
    kind: repeats ? "repeat" : "once",
    runs: "keep",
    name: schedule.name,
    agent_server_id: schedule.agentId,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    at: repeats ? "" : local(schedule.startAt),
    start_date: repeats ? local(schedule.startAt) : "",
    end_date: local(schedule.endAt),
    max_runs: schedule.maxRuns,
    allocated_minutes: schedule.allocatedMinutes,
    expire_after_minutes: schedule.expireAfterMinutes,
    overlap: schedule.overlap,
    missed: schedule.missed,
    missed_within_minutes: schedule.missedWithinMinutes,
    on_lost: schedule.onLost,
    max_attempts: schedule.maxAttempts,
    stale_minutes: schedule.staleMinutes,
  });
};
