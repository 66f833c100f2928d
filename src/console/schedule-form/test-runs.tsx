import { CONTENTS } from "../../reports/content.ts";
import type { FormInput } from "../page-context.ts";
import { FieldErrorOf, type Wrong } from "../parts/form.tsx";
import { FindField } from "./find-field.tsx";
import { chosenIn } from "./reading.ts";
import { refreshing } from "./refresh.ts";
import type { TestRun } from "./store.ts";
import type { Offer } from "./view.ts";

/** The maximum of chosen test runs with a checkbox each; the rest share one. */
const BOXES = 100;

const Box = ({ run, checked }: { run: TestRun; checked: boolean }) => (
  <li>
    <label class="check">
      <input type="checkbox" name="test_run_ids" value={String(run.id)} checked={checked} />
      <span>
        {run.name} <span class="quiet">#{run.id}</span>
        <code class="quiet block">{run.content}</code>
      </span>
    </label>
  </li>
);

/** Sends and replaces only this part, so that the other inputs keep their values. */
const onChange = (address: string, step: string) =>
  refreshing(address, { step, trigger: "change", target: "#test-runs" });

const RunsOption = ({ value, label, formInput }: { value: string; label: string; formInput: FormInput }) => (
  <label class="check">
    <input type="radio" name="runs" value={value} checked={formInput.get("runs") === value} />
    {label}
  </label>
);

/** Selects what a schedule runs: everything, or test runs found by search or imported from a report. */
export const TestRunChoice = ({
  address,
  formInput,
  offer,
  wrong,
  isEdit,
}: {
  address: string;
  formInput: FormInput;
  offer: Offer;
  wrong: Wrong;
  isEdit: boolean;
}) => {
  const chosen = chosenIn(formInput);
  const boxes = offer.chosen.slice(0, BOXES);
  const together = offer.chosen.slice(BOXES).map(({ id }) => id);
  const found = offer.found.filter(({ id }) => !chosen.includes(id));
  return (
    <fieldset id="test-runs" class="card">
      <legend>What it runs</legend>
      {isEdit && (
        <RunsOption
          value="keep"
          formInput={formInput}
          label={
            offer.keptRuns === 0
              ? "As it is: everything the host has"
              : `As it is: its ${offer.keptRuns} ${offer.keptRuns === 1 ? "test" : "tests"}`
          }
        />
      )}
      <RunsOption value="all" formInput={formInput} label="Everything the host has" />
      <RunsOption value="chosen" formInput={formInput} label="These tests" />
      <FieldErrorOf names={["test_run_ids", "automation_materials"]} label="The tests" wrong={wrong} />
      {chosen.length > 0 && (
        <ul class="boxes" aria-label={`${chosen.length} chosen`}>
          {boxes.map((run) => (
            <Box run={run} checked />
          ))}
          {together.length > 0 && (
            <li>
              <label class="check">
                <input type="checkbox" name="test_run_ids" value={together.join(",")} checked />
                and {together.length} more
              </label>
            </li>
          )}
        </ul>
      )}
      <div class="pick">
        <FindField
          address={address}
          target="#test-runs"
          name="find"
          label="Find tests"
          value={formInput.get("find")}
          placeholder="Name, command or id"
          rowClass="row"
        />
        {found.length === 0 ? (
          <p class="quiet">
            {formInput.get("find") === "" ? "This project has no other tests yet." : "None is found."}
          </p>
        ) : (
          <ul class="boxes" aria-label="Found" {...onChange(address, "choose")}>
            {found.map((run) => (
              <Box run={run} checked={false} />
            ))}
          </ul>
        )}
        <div class="field drop" data-drop="">
          <label for="report">Or bring in a test report: drop the file here</label>
          <div class="row">
            <input
              type="file"
              id="report"
              name="report"
              accept=".xml,.trx,.json,.ndjson,.tap,.txt,text/xml,application/xml,application/json"
              {...onChange(address, "report")}
            />
            <label for="content">runner's command</label>
            <select id="content" name="content">
              {CONTENTS.map((content) => (
                <option selected={content === formInput.get("content")}>{content}</option>
              ))}
            </select>
            <button class="no-script" type="submit" name="step" value="report" formnovalidate>
              Bring in
            </button>
          </div>
          {formInput.get("import_summary") !== "" && <p role="status">{formInput.get("import_summary")}</p>}
          <FieldErrorOf names={["report"]} label="The report" wrong={wrong} />
        </div>
      </div>
    </fieldset>
  );
};
