import type { Child } from "hono/jsx";
import { SortedHead, type Sorting } from "../lists/sorted-head.tsx";

/**
 * A table; on a narrow screen each row is a block. A dense one has rows of one line (assets/lists.css). The columns of
 * `numbers` are aligned on the right, as their cells are; those of `sorts` sort the table, some in two ways. `before` is
 * a further cell at the beginning of the head.
 */
export const Table = ({
  caption,
  heads,
  dense = false,
  numbers = [],
  sorts = {},
  before,
  children,
}: {
  caption: string;
  heads: readonly string[];
  dense?: boolean;
  numbers?: readonly string[];
  /** By the heads. */
  sorts?: Readonly<Record<string, Sorting | readonly Sorting[]>>;
  before?: Child;
  children: Child;
}) => (
  <table class={dense ? "stacks dense" : "stacks"}>
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        {before}
        {heads.map((head) => {
          const sortings = [sorts[head] ?? []].flat();
          const sorted = sortings.find(({ now }) => now !== undefined);
          return (
            <th scope="col" class={numbers.includes(head) ? "number" : undefined} aria-sort={sorted?.now}>
              {sortings.length === 0 ? head : null}
              {sortings.map((sorting) => (
                <>
                  <SortedHead label={sorting.label ?? head} sorting={sorting} />{" "}
                </>
              ))}
            </th>
          );
        })}
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
);
