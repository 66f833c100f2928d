import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { mayDo, nameOf, type Operation } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { DocsLink } from "./docs-link.tsx";
import { FormToken } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { Done } from "./notice.tsx";

const PLACES = [
  { path: "/console", label: "Overview", icon: "overview", operation: "listJobs" },
  { path: "/console/timeline", label: "Timeline", icon: "timeline", operation: "listJobs" },
  { path: "/console/hosts", label: "Hosts", icon: "hosts", operation: "listHosts" },
  { path: "/console/jobs", label: "Jobs", icon: "jobs", operation: "listJobs" },
  { path: "/console/schedules", label: "Schedules", icon: "schedules", operation: "listSchedules" },
  { path: "/console/calendar", label: "Calendar", icon: "calendar", operation: "readCalendar" },
  { path: "/console/projects", label: "Projects", icon: "projects", operation: "listProjects" },
  { path: "/console/tokens", label: "Tokens", icon: "tokens", operation: "listTokens" },
  { path: "/console/audit", label: "Audit", icon: "audit", operation: "listAudit" },
  { path: "/console/start", label: "Set up", icon: "start", operation: "createProject" },
] as const satisfies { path: string; label: string; icon: string; operation: Operation }[];
export type Place = (typeof PLACES)[number]["path"];

/** The style sheets of some pages alone, under `/assets/`. */
export type Sheet = "calendar" | "charts" | "forms" | "lists" | "run" | "timeline";

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

const Menu = ({ here }: { here: Place | undefined }) => {
  const { actor, zone } = usePageContext();
  return (
    <header class="side">
      <a class="brand" href="/console">
        <svg class="icon" viewBox="0 0 16 16" width="22" height="22" aria-hidden="true" focusable="false">
          <use href="/assets/icons.svg#muster" />
        </svg>
        Muster
      </a>
      <nav aria-label="Main">
        <ul>
          {PLACES.filter(({ operation }) => mayDo(actor, operation)).map(({ path, label, icon }) => (
            <li>
              <a href={path} {...(path === here ? { "aria-current": "page" } : {})}>
                <Icon name={icon} />
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="who">
        <p>
          <span class="unseen">Signed in as </span>
          {nameOf(actor)}
        </p>
        <p class="quiet" data-zone={zone}>
          Times in <span data-zone-name="">{zone}</span>
        </p>
        <form method="post" action="/console/sign-out">
          <FormToken />
          <button class="plain" type="submit">
            Sign out
          </button>
        </form>
      </div>
    </header>
  );
};

interface PageParts {
  title: string;
  here?: Place | undefined;
  sheet?: Sheet | undefined;
  heading?: Child;
  children: Child;
}

/** The contents of the frame: the page's own style sheet, the notice, the heading and the page. */
const Main = ({ title, sheet, heading, children }: PageParts) => {
  const { done } = usePageContext();
  return (
    <main id="main" tabindex={-1}>
      {sheet !== undefined && <link rel="stylesheet" href={`/assets/${sheet}.css`} />}
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
 * service tells it of a change, or every 4 s if it is not told (assets/console.js). `asks`: it also shows what
 * nobody is told of, as contact of hosts and output, and is refreshed every 4 s in any case.
 */
export const Live = ({
  address,
  asks = false,
  children,
}: {
  address?: string;
  asks?: boolean;
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
    >
      {children}
    </div>
  );
};
