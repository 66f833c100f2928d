import type { Child } from "hono/jsx";
import type { FieldError } from "../../wire/refusals.ts";
import { type FormInput, usePageContext } from "../page-context.ts";
import { Icon } from "./icon.tsx";

/** Binds a form to its session. */
export const FormToken = () => <input type="hidden" name="form_token" value={usePageContext().formToken} />;

/** An idempotency key, so that sending a form twice creates one object. */
const FormKey = () => <input type="hidden" name="key" value={crypto.randomUUID()} />;

/** The hidden fields of a form that creates or changes something once. */
export const FormKeys = () => (
  <>
    <FormToken />
    <FormKey />
  </>
);

/** The refused fields of a form, with the verb's messages. */
export type Wrong = readonly FieldError[];

const wrongOf = (wrong: Wrong, name: string): string | undefined =>
  wrong.find(({ field }) => field === name || field.startsWith(`${name}[`))?.message;

const errorId = (name: string): string => `${name}-error`;

/** The attributes that connect an input to its label, hint and error. */
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

interface FieldFacts {
  name: string;
  label: string;
  wrong: Wrong;
  hint?: Child;
}

const FieldFrame = ({ name, label, wrong, hint, children }: FieldFacts & { children: Child }) => {
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

/** Gives each field its name, its value and the form's errors. */
export const fieldsOf = (formInput: FormInput, wrong: Wrong) => (name: string) => ({
  name,
  value: formInput.get(name),
  wrong,
});

/** A labelled text input with its error. */
export const Field = ({ value, more = {}, ...framed }: FieldFacts & { value: string; more?: Attributes }) => (
  <FieldFrame {...framed}>
    <input
      type="text"
      value={value}
      {...inputFacts(framed.name, wrongOf(framed.wrong, framed.name), framed.hint)}
      {...more}
    />
  </FieldFrame>
);

export interface Option {
  value: string;
  label: string;
}

/** A labelled select. */
export const Choice = ({
  value,
  options,
  more = {},
  ...framed
}: FieldFacts & { value: string; options: readonly Option[]; more?: Attributes }) => (
  <FieldFrame {...framed}>
    <select {...inputFacts(framed.name, wrongOf(framed.wrong, framed.name), framed.hint)} {...more}>
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
  </FieldFrame>
);

/** A labelled checkbox. */
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

/** The errors of fields that have no input of their own. */
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

/** The errors of fields that the form does not show. */
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
