import type { Child } from "hono/jsx";

/** How many rows of a list are of one kind, and the address that lists them alone. */
export interface Count {
  label: string;
  count: number;
  href: string;
  isShown: boolean;
}

/** Where the counts of a list stand. They come after the page, so that it need not wait for them. */
export const CountsPlace = ({ address }: { address: string }) => (
  <div
    id="counts"
    hx-get={address}
    hx-trigger="load, live from:#live throttle:20s"
    hx-select="#counts"
    hx-swap="outerMorph ignoreTitle:true"
  ></div>
);

/** The counts of a list by kind. `among`: which rows are counted, if not all. */
export const Counts = ({
  label,
  counts,
  among,
  address,
}: {
  label: string;
  counts: readonly Count[];
  among: Child;
  address: string;
}) => (
  <div
    id="counts"
    hx-get={address}
    hx-trigger="live from:#live throttle:20s"
    hx-select="#counts"
    hx-swap="outerMorph ignoreTitle:true"
  >
    <nav class="row counts" aria-label={label}>
      {counts.map(({ label: kind, count, href, isShown }) => (
        <a href={href} {...(isShown ? { "aria-current": "true" } : {})}>
          {kind} <b>{count}</b>
        </a>
      ))}
      {among}
    </nav>
  </div>
);
