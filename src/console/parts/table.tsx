import type { Child } from "hono/jsx";

/**
 * A table; on a narrow screen each row is a block. A dense one has rows of one line (assets/lists.css). The columns of
 * `numbers` are aligned on the right, as their cells are. `before` is a further cell at the beginning of the head.
 */
export const Table = ({
  caption,
  heads,
  dense = false,
  numbers = [],
  before,
  children,
}: {
  caption: string;
  heads: readonly string[];
  dense?: boolean;
  numbers?: readonly string[];
  before?: Child;
  children: Child;
}) => (
  <table class={dense ? "stacks dense" : "stacks"}>
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        {before}
        {heads.map((head) => (
          <th scope="col" class={numbers.includes(head) ? "number" : undefined}>
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
);
