import { refreshing } from "./refresh.ts";

/** A search input within the form. It refreshes `target` while the user types; without scripts, its button does. */
export const FindField = ({
  address,
  target,
  name,
  label,
  value,
  placeholder,
  rowClass,
}: {
  address: string;
  target: string;
  name: string;
  label: string;
  value: string;
  placeholder: string;
  rowClass: string;
}) => (
  <div class="field">
    <label for={name}>{label}</label>
    <div class={rowClass}>
      <input
        type="search"
        id={name}
        name={name}
        value={value}
        placeholder={placeholder}
        {...refreshing(address, { step: "find", trigger: "input changed delay:300ms, search", target })}
      />
      <button class="no-script" type="submit" name="step" value="find" formnovalidate>
        Find
      </button>
    </div>
  </div>
);
