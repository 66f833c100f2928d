import type { Material } from "../../jobs/materials.ts";
import type { FormInput } from "../page-context.ts";
import { ConfirmedAction, SubmitOrLeave } from "../parts/buttons.tsx";
import { Fact } from "../parts/fact.tsx";
import { Field, FormToken, fieldsOf, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { testRunPath, testRunsPath } from "./list.tsx";

/** The page of a test: its name and command, which can be changed, and its deletion. */
export const TestRunForm = ({
  projectId,
  run,
  formInput,
  wrong,
  mayDelete,
}: {
  projectId: number;
  run: Material;
  formInput: FormInput;
  wrong: Wrong;
  mayDelete: boolean;
}) => {
  const field = fieldsOf(formInput, wrong);
  return (
    <div class="stack">
      <section class="card narrow">
        <form method="post" action={testRunPath(projectId, run.test_run_id)} class="stack">
          <FormToken />
          <WrongElsewhere wrong={wrong} shown={["test_case_name", "automation_content"]} />
          <Field {...field("test_case_name")} label="Name" more={{ required: true }} />
          <Field
            {...field("automation_content")}
            label="Runner's command"
            hint="What the host runs, in the form that its tool takes. Schedules that have the test keep their copy until they are saved again."
            more={{ required: true, class: "code" }}
          />
          <div class="row">
            <SubmitOrLeave submit="Save" leave="Cancel" to={testRunsPath(projectId)} />
          </div>
        </form>
      </section>
      <section class="card narrow">
        <h2>Details</h2>
        <dl class="facts">
          <Fact label="Id">{run.test_run_id}</Fact>
          <Fact label="Test case">{run.test_case_id}</Fact>
          <Fact label="Version">{run.test_case_version_id}</Fact>
        </dl>
      </section>
      {mayDelete && (
        <ConfirmedAction
          to={`${testRunPath(projectId, run.test_run_id)}/delete`}
          label="Delete…"
          what={run.test_case_name}
          consequence="Schedules and jobs that have it keep their copy and go on; its results stay. No new schedule can choose it."
          sure="Delete it"
          keepsPlace={false}
        />
      )}
    </div>
  );
};
