import type { Child } from "hono/jsx";
import { SortedHead, type Sorting } from "../lists/sorted-head.tsx";

/**
 * A table; on a narrow screen each row is a block. A dense one has rows of one line (assets/lists.css). The columns of
 * `numbers` are aligned on the right, as their cells are; those of `sorts` sort the table. `before` is a further cell at
 * the beginning of the head.
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
  sorts?: Readonly<Record<string, Sorting>>;
  before?: Child;
  children: Child;
}) => (
  <table class={dense ? "stacks dense" : "stacks"}>
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        {before}
        {heads.map((head) => {
          const sorting = sorts[head];
          return (
            <th scope="col" class={numbers.includes(head) ? "number" : undefined} aria-sort={sorting?.now}>
              {sorting === undefined ? head : <SortedHead label={head} sorting={sorting} />}
            </th>
          );
        })}
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
);
