import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { usePageContext } from "../page-context.ts";
import { DocsLink } from "./docs-link.tsx";
import { Crumbs, Menu, type WayTo } from "./menu.tsx";
import { Done } from "./notice.tsx";

/** The style sheets of some pages alone, under `/assets/`. */
export type Sheet = "calendar" | "charts" | "forms" | "hosts" | "lists" | "run" | "timeline";

/** The settings of htmx: no eval, no inline styles, no history cache. A script of its own fills the output of a run. */
const HTMX = JSON.stringify({
  includeIndicatorCSS: false,
  history: false,
  extensions: "keep",
  morphSkip: "#log",
  defaultTimeout: 10_000,
});

/** A whole HTML document, within the console's Content-Security-Policy. */
export const Document = ({ title, now, children }: { title: string; now: number; children: Child }) => (
  <>
    {raw("<!DOCTYPE html>")}
    <html lang="en" data-now={String(now)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={HTMX} />
        <title>{`${title} · Muster`}</title>
        <link rel="icon" href="/assets/muster.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/console.css" />
        <script src="/assets/htmx.js" defer></script>
        <script src="/assets/console.js" defer></script>
      </head>
      <body>{children}</body>
    </html>
  </>
);

interface PageParts extends WayTo {
  sheet?: Sheet | readonly Sheet[] | undefined;
  heading?: Child;
  children: Child;
}

/** The contents of the frame: the page's own style sheets, the way to it, the notice, the heading and the page. */
const Main = ({ title, here, above, crumb, sheet, heading, children }: PageParts) => {
  const { done } = usePageContext();
  return (
    <main id="main" tabindex={-1}>
      <Crumbs title={title} here={here} above={above} crumb={crumb} />
      {[sheet ?? []].flat().map((name) => (
        <link rel="stylesheet" href={`/assets/${name}.css`} />
      ))}
      <Done name={done} />
      <div class="heading">
        {heading ?? <h1>{title}</h1>}
        <DocsLink />
      </div>
      {children}
    </main>
  );
};

/** A page of the console with the menu, or only its contents for a script. */
export const Frame = (page: PageParts) => {
  const { partial, now } = usePageContext();
  const { title, here } = page;
  const main = <Main {...page} />;
  if (partial) {
    return (
      <>
        <title>{`${title} · Muster`}</title>
        {main}
      </>
    );
  }
  return (
    <Document title={title} now={now}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <p id="connection" class="notice bad" role="status" hidden></p>
      <div class="frame">
        <Menu here={here} />
        {main}
      </div>
    </Document>
  );
};

/**
 * A part of a page that htmx refreshes while it is visible, from `address` if that is another page: when the
 * service tells it of a change, or every 4 s if it is not told (assets/live.js). `asks`: it also shows what
 * nobody is told of, as contact of hosts and output, and is refreshed every 4 s in any case.
 */
export const Live = ({
  address,
  asks = false,
  headers,
  children,
}: {
  address?: string;
  asks?: boolean;
  /** Sent with each refresh. */
  headers?: Record<string, string> | undefined;
  children: Child;
}) => {
  const pageContext = usePageContext();
  return (
    <div
      id="live"
      hx-get={address ?? pageContext.address}
      hx-trigger="live"
      hx-select="#live"
      hx-target="this"
      hx-swap="outerMorph ignoreTitle:true"
      hx-sync="this:drop"
      {...(asks ? { "data-asks": "" } : {})}
      {...(headers ? { "hx-headers": JSON.stringify(headers) } : {})}
    >
      {children}
    </div>
  );
};
