import type { BlackoutPreview } from "../../schedules/blackouts.ts";
import { type FormInput, usePageContext } from "../page-context.ts";
import { Field, FieldErrorOf, FormKeys, fieldsOf, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Zones } from "../parts/zones.tsx";
import { blackoutsPath, SpanText } from "./list.tsx";

/** How many spans a preview shows. */
const MAX_SHOWN = 20;
const SHOWN = ["name", "days", "from", "to", "calendar", "time_zone"];

interface BlackoutFormFacts {
  projectId: number;
  formInput: FormInput;
  wrong: Wrong;
  preview: BlackoutPreview | undefined;
  /** The text of the calendar file, if it is short enough to come along. */
  calendar: string;
}

const Previewed = ({ preview: { spans, jobs, schedules } }: { preview: BlackoutPreview }) => (
  <div id="preview" class="preview" role="status">
    <h2 class="lesser">
      {spans.length === 1 ? "One span" : `${spans.length} spans`};{" "}
      {jobs === 0
        ? "no planned job is in it"
        : `${jobs >= 1000 ? "1,000 or more" : jobs} planned ${jobs === 1 ? "job" : "jobs"} would be cancelled`}
    </h2>
    <ul class="lines">
      {spans.slice(0, MAX_SHOWN).map((span) => (
        <li>
          <SpanText span={span} named />
        </li>
      ))}
    </ul>
    {spans.length > MAX_SHOWN ? <p class="quiet">and {spans.length - MAX_SHOWN} more</p> : null}
    {schedules.length > 0 ? <p>Of: {schedules.map(({ name }) => name).join(", ")}</p> : null}
  </div>
);

/** Makes a blackout: by days, a window or a calendar file. Works without scripts; a preview is a step of the form. */
export const BlackoutForm = ({ projectId, formInput, wrong, preview, calendar }: BlackoutFormFacts) => {
  const field = fieldsOf(formInput, wrong);
  const { zone } = usePageContext();
  return (
    <form
      method="post"
      action={blackoutsPath(projectId)}
      enctype="multipart/form-data"
      class="card stack"
      aria-label="New blackout"
    >
      <h2>New blackout</h2>
      <FormKeys />
      <WrongElsewhere wrong={wrong} shown={SHOWN} />
      <Field
        {...field("name")}
        label="Name"
        hint="What it is for: people read it."
        more={{ required: true, autocomplete: "off" }}
      />
      <p class="quiet">Give one of these: days, a window, or a calendar file.</p>
      <Field
        {...field("days")}
        label="Days"
        hint="With commas between, like 2026-12-24, or 2026-12-24/2027-01-01 for all from the first to the last."
        more={{ autocomplete: "off" }}
      />
      <div class="three">
        <Field {...field("from")} label="Window from" more={{ type: "datetime-local" }} />
        <Field {...field("to")} label="Window to" more={{ type: "datetime-local" }} />
        <Field
          {...field("time_zone")}
          value={formInput.get("time_zone") || zone}
          label="Time zone"
          more={{ spellcheck: "false", autocomplete: "off", list: "zones" }}
        />
      </div>
      <Zones />
      <div class="field">
        <label for="calendar_file">Calendar file (.ics)</label>
        <input type="file" id="calendar_file" name="calendar_file" accept=".ics,text/calendar" />
        {calendar === "" ? null : (
          <>
            <textarea name="calendar" hidden aria-label="The calendar file">
              {calendar}
            </textarea>
            <p class="hint">The file that you chose is kept.</p>
          </>
        )}
        <FieldErrorOf names={["calendar"]} label="The calendar file" wrong={wrong} />
      </div>
      {preview && <Previewed preview={preview} />}
      <div class="row">
        <button type="submit" name="step" value="preview">
          Preview
        </button>
        <button type="submit" class="primary">
          Make the blackout
        </button>
      </div>
      <script src="/assets/schedule-form.js" type="module"></script>
    </form>
  );
};
