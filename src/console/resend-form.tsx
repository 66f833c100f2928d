import type { Context } from "hono";
import type { App } from "../http/app.ts";
import type { FormInput } from "./page-context.ts";
import { FormToken } from "./parts/form.tsx";
import { Problem } from "./parts/notice.tsx";
import { show } from "./show-page.tsx";

/** What forms carry beside what was typed. */
const CARRIED = ["form_token", "key"];

/** What a form held, as hidden inputs and to be read: nothing of it is lost, and it is sent only when its sender says so. */
const Kept = ({ typed }: { typed: FormInput }) => (
  <>
    {[...typed.fields]
      .filter(([name]) => name !== "form_token")
      .flatMap(([name, values]) => values.map((value) => <input type="hidden" name={name} value={value} />))}
  </>
);

const Shown = ({ typed }: { typed: FormInput }) => {
  const shown = [...typed.fields].filter(
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

/** A form that was not done, because it is of another session: its sender may send it once more. */
export const askAgain = (
  c: Context<App>,
  path: string,
  { typed, why, status }: { typed: FormInput; why: string; status: 200 | 409 },
) => {
  c.header("HX-Push-Url", "false");
  return show(
    c,
    { title: "Send it again?", status },
    <section class="card narrow">
      <Problem>{why}</Problem>
      <p>Nothing was changed. What you sent is kept here:</p>
      <Shown typed={typed} />
      {typed.hadFiles ? <p>Files are not kept: go back and choose them again.</p> : null}
      <form method="post" action={path} class="row">
        <FormToken />
        <Kept typed={typed} />
        <button type="submit" class="primary">
          Send it now
        </button>
        <a class="button" href="/console">
          Leave it
        </a>
      </form>
    </section>,
  );
};
