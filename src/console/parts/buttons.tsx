import type { Child } from "hono/jsx";
import { FormKeys } from "./form.tsx";

/** The button that sends a form, and the link that leaves it. */
export const SubmitOrLeave = ({ submit, leave, to }: { submit: string; leave: string; to: string }) => (
  <>
    <button type="submit" class="primary">
      {submit}
    </button>
    <a class="button" href={to}>
      {leave}
    </a>
  </>
);

/** The attributes of a form that htmx sends without leaving the page. */
const inPlace = (address: string) => ({
  "hx-post": address,
  "hx-target": "#main",
  "hx-select": "#main",
  "hx-swap": "outerMorph",
  "hx-disable": "find button",
});

/** A button that performs an action at once. */
export const ActionButton = ({
  to,
  label,
  what,
  kind = "",
  fields = {},
}: {
  to: string;
  label: string;
  /** The object of the action, for screen readers. */
  what: string;
  kind?: string;
  fields?: Record<string, string>;
}) => (
  <form method="post" action={to} {...inPlace(to)}>
    <FormKeys />
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button type="submit" class={kind}>
      {label}
      <span class="unseen">{` ${what}`}</span>
    </button>
  </form>
);

/** A button for an action that asks something first, or for confirmation. Works without scripts. */
export const ConfirmedAction = ({
  to,
  label,
  what,
  consequence,
  sure,
  keepsPlace = true,
  danger = true,
  children,
}: {
  to: string;
  label: string;
  what: string;
  consequence: string;
  /** The label of the confirming button. */
  sure: string;
  /** Whether the user stays on the current page. */
  keepsPlace?: boolean;
  /** Whether the action takes something away. */
  danger?: boolean;
  children?: Child;
}) => (
  <details class="asking">
    <summary>
      {label}
      <span class="unseen">{` ${what}`}</span>
    </summary>
    <form class="asked" method="post" action={to} {...(keepsPlace ? inPlace(to) : {})}>
      <FormKeys />
      <p>{consequence}</p>
      {children}
      <button type="submit" class={danger ? "danger" : "primary"}>
        {sure}
      </button>
    </form>
  </details>
);
