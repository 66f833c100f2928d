import type { Child } from "hono/jsx";
import type { FieldError } from "../../wire/refusals.ts";
import { usePageContext } from "../page-context.ts";
import { Icon } from "./icon.tsx";

/** Binds a form to the session that it is drawn in. */
export const FormToken = () => <input type="hidden" name="form_token" value={usePageContext().formToken} />;

/** A name for what a form makes, so that sending it twice makes it once. */
export const FormKey = () => <input type="hidden" name="key" value={crypto.randomUUID()} />;

/** What is wrong with a form that was sent: by field, in the words of the verb that refused it. */
export type Wrong = readonly FieldError[];

const wrongOf = (wrong: Wrong, name: string): string | undefined =>
  wrong.find(({ field }) => field === name || field.startsWith(`${name}[`))?.message;

const errorId = (name: string): string => `${name}-error`;

/** What ties an input to its label, its hint and its error. */
const inputFacts = (name: string, message: string | undefined, hint: Child | undefined) => {
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(message === undefined ? [] : [errorId(name)]),
  ];
  return {
    id: name,
    name,
    ...(described.length > 0 ? { "aria-describedby": described.join(" ") } : {}),
    ...(message === undefined ? {} : { "aria-invalid": "true" }),
  };
};

interface Framed {
  name: string;
  label: string;
  wrong: Wrong;
  hint?: Child;
}

const Around = ({ name, label, wrong, hint, children }: Framed & { children: Child }) => {
  const message = wrongOf(wrong, name);
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {children}
      {hint === undefined ? null : (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {message === undefined ? null : (
        <p class="wrong" id={errorId(name)}>
          <Icon name="failed" />
          {`${label} ${message}`}
        </p>
      )}
    </div>
  );
};

type Attributes = Record<string, string | number | boolean | undefined>;

/** A labelled input with its error beside it. */
export const Field = ({ value, more = {}, ...framed }: Framed & { value: string; more?: Attributes }) => (
  <Around {...framed}>
    <input
      type="text"
      value={value}
      {...inputFacts(framed.name, wrongOf(framed.wrong, framed.name), framed.hint)}
      {...more}
    />
  </Around>
);

export interface Option {
  value: string;
  label: string;
}

/** A labelled choice of one. */
export const Choice = ({
  value,
  options,
  more = {},
  ...framed
}: Framed & { value: string; options: readonly Option[]; more?: Attributes }) => (
  <Around {...framed}>
    <select {...inputFacts(framed.name, wrongOf(framed.wrong, framed.name), framed.hint)} {...more}>
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
  </Around>
);

/** A labelled yes or no. */
export const Check = ({
  name,
  label,
  checked,
  value = "true",
}: {
  name: string;
  label: string;
  checked: boolean;
  value?: string;
}) => (
  <label class="check">
    <input type="checkbox" name={name} value={value} checked={checked} />
    {label}
  </label>
);

/** What is wrong with a field, or with several that are one to the reader, where it has no input of its own. */
export const FieldErrorOf = ({
  names,
  label,
  wrong,
}: {
  names: readonly string[];
  label: string;
  wrong: Wrong;
}) => {
  const message = names.map((name) => wrongOf(wrong, name)).find((found) => found !== undefined);
  return message === undefined ? null : (
    <p class="wrong" role="alert">
      <Icon name="failed" />
      {`${label} ${message}`}
    </p>
  );
};

/** What is wrong with a form and belongs to none of the fields that it shows. */
export const WrongElsewhere = ({ wrong, shown }: { wrong: Wrong; shown: readonly string[] }) => {
  const other = wrong.filter(
    ({ field }) => !shown.some((name) => field === name || field.startsWith(`${name}[`)),
  );
  if (other.length === 0) return null;
  return (
    <div class="notice bad" role="alert">
      <Icon name="failed" />
      <ul>
        {other.map(({ field, message }) => (
          <li>{field === "" ? message : `${field} ${message}`}</li>
        ))}
      </ul>
    </div>
  );
};

/** Attributes of a form that is sent by script where there is one: the page stays where it is. */
const inPlace = (address: string) => ({
  "hx-post": address,
  "hx-target": "#main",
  "hx-select": "#main",
  "hx-swap": "outerMorph",
  "hx-disable": "find button",
});

/** One button that does something at once. */
export const Act = ({
  to,
  label,
  what,
  kind = "",
  fields = {},
}: {
  to: string;
  label: string;
  /** What it is done to, for those who hear the button alone. */
  what: string;
  kind?: string;
  fields?: Record<string, string>;
}) => (
  <form method="post" action={to} {...inPlace(to)}>
    <FormToken />
    <FormKey />
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button type="submit" class={kind}>
      {label}
      <span class="unseen">{` ${what}`}</span>
    </button>
  </form>
);

/** The same for what can't be undone: it is said once more before. Works without scripts. */
export const ActAfterAsking = ({
  to,
  label,
  what,
  consequence,
  sure,
  keepsPlace = true,
  children,
}: {
  to: string;
  label: string;
  what: string;
  consequence: string;
  /** The word on the button that does it. */
  sure: string;
  /** Whether it leads back to the page that it stands on. */
  keepsPlace?: boolean;
  children?: Child;
}) => (
  <details class="asking">
    <summary>
      {label}
      <span class="unseen">{` ${what}`}</span>
    </summary>
    <form class="asked" method="post" action={to} {...(keepsPlace ? inPlace(to) : {})}>
      <FormToken />
      <FormKey />
      <p>{consequence}</p>
      {children}
      <button type="submit" class="danger">
        {sure}
      </button>
    </form>
  </details>
);
