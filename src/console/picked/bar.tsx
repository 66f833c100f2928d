import { FormKeys } from "../parts/form.tsx";
import { type Picked, pickOf } from "./do-each.ts";

const FORM = "picked";

/** The box that picks a row of a list. */
export const Pick = ({ of, label }: { of: Picked; label: string }) => (
  <td class="picks">
    <input type="checkbox" form={FORM} name="pick" value={pickOf(of)} aria-label={`Pick ${label}`} />
  </td>
);

/** The box at the head of a list that picks all its rows, by assets/lists.js. */
export const PickAll = () => (
  <th scope="col" class="picks">
    <input type="checkbox" class="by-script" data-pick-all="" aria-label="Pick all of this page" />
  </th>
);

/** What may be done to the picked rows. The bar is seen while one is picked. */
export const PickedBar = ({
  actions,
  back,
}: {
  actions: readonly (readonly [to: string, label: string])[];
  /** The list's own address, to return to. */
  back: string;
}) => (
  <form method="post" id={FORM} class="row picked">
    <FormKeys />
    <input type="hidden" name="back" value={back} />
    <span class="quiet">The picked ones:</span>
    {actions.map(([to, label]) => (
      <button type="submit" formaction={to}>
        {label}
      </button>
    ))}
    <button type="reset" class="plain">
      Pick none
    </button>
  </form>
);
