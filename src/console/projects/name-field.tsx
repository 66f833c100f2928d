import type { FormInput } from "../page-context.ts";
import { Field, type Wrong } from "../parts/form.tsx";

/** The name of a new project, in the form's field `name`. */
export const ProjectNameField = ({
  name,
  formInput,
  wrong,
}: {
  name: string;
  formInput: FormInput;
  wrong: Wrong;
}) => (
  <Field
    name={name}
    label="Name"
    value={formInput.get(name)}
    wrong={wrong}
    hint="What is tested: tests, agents and schedules belong to it."
    more={{ required: true, autocomplete: "off" }}
  />
);
