/** How a list is sorted by a column: the address that sorts it so, and how it is sorted now, if by this column. */
export interface Sorting {
  href: string;
  /** What is shown instead of the column's name, of a second way to sort by it. */
  label?: string;
  /** What it sorts by, where the column's name does not say it. */
  by?: string;
  now: "ascending" | "descending" | undefined;
}

const ARROWS = { ascending: " ↑", descending: " ↓" } as const;

/** A column's name that sorts the list by it, and turns the order round if it is sorted so already. */
export const SortedHead = ({ label, sorting: { href, by, now } }: { label: string; sorting: Sorting }) => (
  <a href={href} title={by && `Sort by ${by}`}>
    {label}
    {now === undefined ? null : <span aria-hidden="true">{ARROWS[now]}</span>}
  </a>
);
