import type { Context } from "hono";
import type { App } from "../http/app.ts";
import type { FormInput } from "./page-context.ts";
import { SubmitOrLeave } from "./parts/buttons.tsx";
import { FormToken } from "./parts/form.tsx";
import { Problem } from "./parts/notice.tsx";
import { show } from "./show-page.tsx";

/** The hidden fields of every form. */
const CARRIED = ["form_token", "key"];

/** A form's values as hidden inputs and as text: nothing is lost, and the form is sent only after confirmation. */
const HiddenValues = ({ formInput }: { formInput: FormInput }) => (
  <>
    {[...formInput.fields]
      .filter(([name]) => name !== "form_token")
      .flatMap(([name, values]) => values.map((value) => <input type="hidden" name={name} value={value} />))}
  </>
);

const VisibleValues = ({ formInput }: { formInput: FormInput }) => {
  const shown = [...formInput.fields].filter(
    ([name, values]) => !CARRIED.includes(name) && values.some((value) => value !== ""),
  );
  if (shown.length === 0) return null;
  return (
    <dl class="facts">
      {shown.map(([name, values]) => (
        <>
          <dt>{name}</dt>
          <dd>{values.join(", ").slice(0, 500)}</dd>
        </>
      ))}
    </dl>
  );
};

/** Shows a form of another session again; it is performed once the user confirms it. */
export const showResendForm = (
  c: Context<App>,
  path: string,
  { formInput, why, status }: { formInput: FormInput; why: string; status: 200 | 409 },
) => {
  c.header("HX-Push-Url", "false");
  return show(
    c,
    { title: "Send it again?", status },
    <section class="card narrow">
      <Problem>{why}</Problem>
      <p>Nothing was changed. What you sent is kept here:</p>
      <VisibleValues formInput={formInput} />
      {formInput.hadFiles ? <p>Files are not kept: go back and choose them again.</p> : null}
      <form method="post" action={path} class="row">
        <FormToken />
        <HiddenValues formInput={formInput} />
        <SubmitOrLeave submit="Send it now" leave="Leave it" to="/console" />
      </form>
    </section>,
  );
};
