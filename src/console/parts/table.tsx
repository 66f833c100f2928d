import type { Child } from "hono/jsx";

/** A table; on a narrow screen each row is a block. */
export const Table = ({
  caption,
  heads,
  children,
}: {
  caption: string;
  heads: readonly string[];
  children: Child;
}) => (
  <table class="stacks">
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        {heads.map((head) => (
          <th scope="col">{head}</th>
        ))}
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
);
