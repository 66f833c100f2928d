import { BLACKOUT_RULES, MISSED, ON_LOST, OVERLAPS } from "../../database/enums.ts";
import type { FormInput } from "../page-context.ts";
import { SubmitOrLeave } from "../parts/buttons.tsx";
import { Choice, Field, FormKeys, fieldsOf, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Problem } from "../parts/notice.tsx";
import { Zones } from "../parts/zones.tsx";
import { AgentChoice } from "./agent-choice.tsx";
import { type Preview, PreviewTimes } from "./preview.tsx";
import { refreshing } from "./refresh.ts";
import { TestRunChoice } from "./test-runs.tsx";
import type { Offer } from "./view.ts";

const WORDS: Record<string, string> = {
  skip: "Skip it",
  allow: "Run both",
  cancel_running: "End the one before",
  run_once: "Make up for the latest",
  fail: "The run fails",
  requeue: "Run it again",
  heed: "Leave its runs out",
  ignore: "Run in them too",
};

/** The usual crons. */
const PRESETS = [
  ["Hourly", "0 * * * *"],
  ["Every night", "0 3 * * *"],
  ["Workdays", "15 6 * * MON-FRI"],
  ["Mondays", "0 6 * * MON"],
  ["Monthly", "0 6 1 * *"],
] as const;

const optionsOf = (values: readonly string[]) =>
  values.map((value) => ({ value, label: WORDS[value] ?? value }));

const SHOWN = [
  "name",
  "agent_server_id",
  "cron",
  "time_zone",
  "at",
  "start_date",
  "end_date",
  "max_runs",
  "overlap",
  "missed",
  "missed_within_minutes",
  "on_lost",
  "max_attempts",
  "stale_minutes",
  "blackouts",
  "allocated_minutes",
  "expire_after_minutes",
  "test_run_ids",
  "automation_materials",
  "report",
];

export interface ScheduleFormFacts {
  /** Where the form is sent. */
  address: string;
  formInput: FormInput;
  offer: Offer;
  wrong: Wrong;
  preview: Preview;
  /** A digest of the schedule when the form was opened; undefined for a new one. */
  seen: string | undefined;
  changed: boolean;
  back: string;
}

const Cadence = ({ address, formInput, wrong, preview }: ScheduleFormFacts) => {
  const repeats = formInput.get("kind") === "repeat";
  const field = fieldsOf(formInput, wrong);
  return (
    <fieldset
      class="card cadence"
      {...refreshing(address, { step: "preview", trigger: "input delay:350ms", target: "#preview" })}
      hx-sync="this:replace"
    >
      <legend>When it runs</legend>
      <div class="row">
        <label class="check">
          <input type="radio" name="kind" value="once" checked={!repeats} />
          Once
        </label>
        <label class="check">
          <input type="radio" name="kind" value="repeat" checked={repeats} />
          Again and again
        </label>
      </div>
      <div class="once">
        <Field
          {...field("at")}
          label="At"
          hint="Now, where this is empty."
          more={{ type: "datetime-local" }}
        />
      </div>
      <div class="repeat stack">
        <Field
          {...field("cron")}
          label="Cron"
          hint="Minute, hour, day of month, month, weekday: 30 6 * * MON-FRI, or @daily."
          more={{ spellcheck: "false", autocomplete: "off", class: "code" }}
        />
        <fieldset class="row presets" aria-label="Usual times">
          {PRESETS.map(([label, cron]) => (
            <button type="submit" class="plain" name="preset" value={cron} title={cron} formnovalidate>
              {label}
            </button>
          ))}
        </fieldset>
        <div class="three">
          <Field {...field("start_date")} label="Not before" more={{ type: "datetime-local" }} />
          <Field {...field("end_date")} label="Before" more={{ type: "datetime-local" }} />
          <Field {...field("max_runs")} label="At most, runs" more={{ inputmode: "numeric" }} />
        </div>
      </div>
      <Field
        {...field("time_zone")}
        label="Time zone"
        hint="An IANA zone, like Europe/Berlin: all times of this form are of it."
        more={{ spellcheck: "false", autocomplete: "off", list: "zones" }}
      />
      <Zones />
      <button class="plain no-script" type="submit" name="step" value="preview" formnovalidate>
        Show the next times
      </button>
      <PreviewTimes
        preview={preview}
        zone={formInput.get("time_zone")}
        cron={repeats ? formInput.get("cron") : undefined}
      />
    </fieldset>
  );
};

const Policies = ({ formInput, wrong }: ScheduleFormFacts) => {
  const field = fieldsOf(formInput, wrong);
  const hasWrong = SHOWN.slice(8, 17).some((name) => wrong.some((each) => each.field === name));
  return (
    <details class="card" open={hasWrong}>
      <summary>Conflict handling and limits</summary>
      <div class="three">
        <Choice {...field("overlap")} label="If another run goes on" options={optionsOf(OVERLAPS)} />
        <Choice {...field("missed")} label="If a run was missed" options={optionsOf(MISSED)} />
        <Field
          {...field("missed_within_minutes")}
          label="If missed within, minutes"
          more={{ inputmode: "numeric" }}
        />
        <Choice {...field("on_lost")} label="If its host is lost" options={optionsOf(ON_LOST)} />
        <Field {...field("max_attempts")} label="Attempts in all" more={{ inputmode: "numeric" }} />
        <Field
          {...field("stale_minutes")}
          label="A run in doubt blocks for, minutes"
          more={{ inputmode: "numeric" }}
        />
        <Choice
          {...field("blackouts")}
          label="If its project has a blackout"
          options={optionsOf(BLACKOUT_RULES)}
        />
        <Field {...field("allocated_minutes")} label="Time limit, minutes" more={{ inputmode: "numeric" }} />
        <Field
          {...field("expire_after_minutes")}
          label="Expires after, minutes"
          more={{ inputmode: "numeric" }}
        />
      </div>
    </details>
  );
};

/** Creates or replaces a schedule. Works without scripts: each step is a button. */
export const ScheduleForm = (form: ScheduleFormFacts) => {
  const { address, formInput, offer, wrong, seen, changed, back } = form;
  return (
    <form method="post" action={address} enctype="multipart/form-data" class="stack wide-form">
      {/* Enter presses the first button of a form. */}
      <button type="submit" hidden>
        Save
      </button>
      <script src="/assets/schedule-form.js" type="module"></script>
      <FormKeys />
      {seen === undefined ? null : <input type="hidden" name="seen" value={seen} />}
      {formInput.get("copy_of") === "" ? null : (
        <input type="hidden" name="copy_of" value={formInput.get("copy_of")} />
      )}
      {changed ? (
        <Problem>
          Somebody changed this schedule since you opened it. Nothing was saved; what you typed is kept. Save
          again to put it over theirs.
        </Problem>
      ) : null}
      <WrongElsewhere wrong={wrong} shown={SHOWN} />
      <div class="card stack">
        <Field
          name="name"
          label="Name"
          value={formInput.get("name")}
          wrong={wrong}
          more={{ required: true, autocomplete: "off" }}
        />
        <AgentChoice address={address} formInput={formInput} wrong={wrong} offer={offer} />
      </div>
      <Cadence {...form} />
      <TestRunChoice
        address={address}
        formInput={formInput}
        offer={offer}
        wrong={wrong}
        isEdit={seen !== undefined || formInput.get("copy_of") !== ""}
      />
      <Policies {...form} />
      <div class="row">
        <SubmitOrLeave
          submit={seen === undefined ? "Make the schedule" : "Save"}
          leave="Leave it"
          to={back}
        />
      </div>
    </form>
  );
};
