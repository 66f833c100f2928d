import type { RulesPreview, TestRow } from "../../project-results/protocol.ts";
import type { FormInput } from "../page-context.ts";
import { Field, FormKeys, fieldsOf, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { placeOf, rulesPath, testPath, titleOf } from "./test-parts.tsx";

/** How many tests each list of a preview names. */
const MAX_NAMED = 20;

const FIELDS = [
  {
    name: "days",
    label: "Days looked back on",
    hint: "Older evidence counts for nothing. A failure that began within them is newly failing.",
    max: 365,
  },
  {
    name: "changes_of_build",
    label: "Changes of outcome within one build",
    hint: "So many make a test flaky. The build is the one that was reported, or else the commit.",
    max: 100,
  },
  {
    name: "changes_of_materials",
    label: "Changes of outcome on the same tests",
    hint: "For runs of which neither a build nor a commit is known: what they test may have changed in between.",
    max: 100,
  },
  {
    name: "retries",
    label: "Failures that passed when tried again",
    hint: "Within one run.",
    max: 100,
  },
] as const;

interface OfProject {
  projectId: number;
}

const Changed = ({ projectId, title, tests }: OfProject & { title: string; tests: readonly TestRow[] }) =>
  tests.length === 0 ? null : (
    <>
      <h3 class="lesser">{title}</h3>
      <ul class="lines">
        {tests.slice(0, MAX_NAMED).map(({ id, name }) => (
          <li>
            <a href={testPath(projectId, id)}>{titleOf(name)}</a>{" "}
            <span class="quiet block">{placeOf(name)}</span>
          </li>
        ))}
      </ul>
      {tests.length > MAX_NAMED && <p class="quiet">and {tests.length - MAX_NAMED} more</p>}
    </>
  );

const testsText = (count: number): string => (count === 1 ? "1 test" : `${count} tests`);

const Previewed = ({ projectId, preview }: OfProject & { preview: RulesPreview }) => {
  const { becomes, ceases, judged, left } = preview;
  return (
    <div id="preview" class="preview" role="status">
      <h2 class="lesser">
        {becomes.length + ceases.length === 0
          ? "No test would change"
          : `${testsText(becomes.length)} would become flaky, ${testsText(ceases.length)} would be flaky no more`}
      </h2>
      <Changed projectId={projectId} title="Would become flaky" tests={becomes} />
      <Changed projectId={projectId} title="Would be flaky no more" tests={ceases} />
      <p class="quiet">
        Of {testsText(judged)} with failures in their last runs, or with evidence.
        {left > 0 &&
          ` ${left} more were not looked at: saved rules apply to them too, as the project is looked at.`}
      </p>
    </div>
  );
};

interface RulesFormFacts extends OfProject {
  formInput: FormInput;
  wrong: Wrong;
  preview: RulesPreview | undefined;
}

/** A project's rules for flaky tests. Works without scripts; a preview is a step of the form. */
export const RulesForm = ({ projectId, formInput, wrong, preview }: RulesFormFacts) => {
  const field = fieldsOf(formInput, wrong);
  return (
    <form method="post" action={rulesPath(projectId)} class="card stack narrow" aria-label="Rules">
      <FormKeys />
      <p class="quiet">
        A test is flaky by any one of these rules. Runs of which nearly all failed, and those that failed for
        their host, count for none.
      </p>
      <WrongElsewhere wrong={wrong} shown={FIELDS.map(({ name }) => name)} />
      {FIELDS.map(({ name, label, hint, max }) => (
        <Field
          {...field(name)}
          label={label}
          hint={hint}
          more={{ type: "number", min: 1, max, required: true }}
        />
      ))}
      {preview && <Previewed projectId={projectId} preview={preview} />}
      <div class="row">
        <button type="submit" name="step" value="preview">
          Preview
        </button>
        <button type="submit" name="step" value="save" class="primary">
          Save the rules
        </button>
      </div>
    </form>
  );
};
