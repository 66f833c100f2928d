import type { Child } from "hono/jsx";

/** A name and its value in a list of facts. */
export const Fact = ({ label, children }: { label: string; children: Child }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
);
