import { mayDo, nameOf, type Operation } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import type { Crumb } from "./crumbs.ts";
import { FormToken } from "./form.tsx";
import { Icon } from "./icon.tsx";

/** The entries of the menu. */
export const PLACES = [
  { path: "/console", label: "Overview", icon: "overview", operation: "listJobs" },
  { path: "/console/timeline", label: "Timeline", icon: "timeline", operation: "listJobs" },
  { path: "/console/hosts", label: "Hosts", icon: "hosts", operation: "listHosts" },
  { path: "/console/agents", label: "Agents", icon: "agents", operation: "listAgents" },
  { path: "/console/jobs", label: "Jobs", icon: "jobs", operation: "listJobs" },
  { path: "/console/schedules", label: "Schedules", icon: "schedules", operation: "listSchedules" },
  { path: "/console/calendar", label: "Calendar", icon: "calendar", operation: "readCalendar" },
  { path: "/console/projects", label: "Projects", icon: "projects", operation: "listProjects" },
  { path: "/console/tokens", label: "Tokens", icon: "tokens", operation: "listTokens" },
  { path: "/console/audit", label: "Audit", icon: "audit", operation: "listAudit" },
  { path: "/console/start", label: "Set up", icon: "start", operation: "createProject" },
] as const satisfies { path: string; label: string; icon: string; operation: Operation }[];
export type Place = (typeof PLACES)[number]["path"];

/** Finds anything; a key or a click opens it over the page (assets/palette.js). */
const Find = () => (
  <a class="find" href="/console/find" data-palette="">
    <Icon name="find" />
    Find <kbd>Ctrl K</kbd>
  </a>
);

const Places = ({ here }: { here: Place | undefined }) => {
  const { actor, hasHost } = usePageContext();
  return (
    <nav id="menu" aria-label="Main" popover="auto">
      <ul>
        {PLACES.filter(({ operation }) => mayDo(actor, operation)).map(({ path, label, icon }) => (
          <li>
            <a href={path} {...(path === here ? { "aria-current": "page" } : {})}>
              <Icon name={icon} />
              {path === "/console/start" && hasHost ? "Add host" : label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
};

/** The menu beside the page. On a narrow screen it opens from the bar at the bottom. */
export const Menu = ({ here }: { here: Place | undefined }) => {
  const { actor, zone, project, address } = usePageContext();
  // Where to go on once another project is chosen: what a page of one thing shows would be none of it.
  const list = address.split("?")[0] === here ? address : (here ?? "/console");
  return (
    <header class="side">
      <a class="brand" href="/console">
        <svg class="icon" viewBox="0 0 16 16" width="22" height="22" aria-hidden="true" focusable="false">
          <use href="/assets/icons.svg#muster" />
        </svg>
        Muster
      </a>
      <a class="scope cut" href={`/console/project?to=${encodeURIComponent(list)}`}>
        <span class="unseen">Shows </span>
        {project?.name ?? "All projects"}
      </a>
      <div class="bar">
        <Find />
        <button type="button" popovertarget="menu">
          Menu
        </button>
      </div>
      <Places here={here} />
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

export interface WayTo {
  title: string;
  /** The menu's entry of the page. */
  here?: Place | undefined;
  /** The pages between the menu's and this one. */
  above?: readonly Crumb[];
  /** What the way calls the page; its title unless given. */
  crumb?: string | undefined;
}

/** The way to a page that is not in the menu itself. */
export const Crumbs = ({ title, here, above = [], crumb = title }: WayTo) => {
  const { address } = usePageContext();
  const place = PLACES.find(({ path }) => path === here);
  if (place === undefined || title === place.label || address.split("?")[0] === place.path) return null;
  return (
    <nav class="crumbs" aria-label="Breadcrumbs">
      <ol>
        {[place, ...above].map(({ path, label }) => (
          <li>
            <a href={path}>{label}</a>
          </li>
        ))}
        <li aria-current="page">{crumb}</li>
      </ol>
    </nav>
  );
};
