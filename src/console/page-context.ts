import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { createContext, useContext } from "hono/jsx";
import type { Actor } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import type { App } from "../http/app.ts";
import { isZone } from "../schedules/time-zone.ts";
import { type ChosenProject, chosenProject } from "./scope/chosen-project.ts";
import { formTokenOf, type Session } from "./session.ts";

/** What every page is rendered with. */
export interface PageContext {
  actor: Actor;
  /** Epoch milliseconds. */
  now: number;
  /** The interval of the presence check. */
  windowMs: number;
  /** The user's IANA zone, from a cookie; UTC without one. */
  zone: string;
  /** The CSRF token of this session's forms. */
  formToken: string;
  /** The path and query of this page. */
  address: string;
  /** A script requested only the contents of the frame. */
  partial: boolean;
  /** The completed action, a name in `parts/notice.tsx`. */
  done: string | undefined;
  /** The job that the action made. */
  made: { project: number; job: number } | undefined;
  /** The project that the pages of many projects show alone; undefined: all. */
  project: ChosenProject | undefined;
  /** A host was there when this browser last asked (signals/pages.ts). */
  hasHost: boolean;
}

/** The values of a form's fields, and its files. */
export class FormInput {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, File>;
  /** Whether the form had files, which are not kept. */
  readonly hadFiles: boolean;

  constructor(
    fields: Iterable<readonly [string, readonly string[]]>,
    files: Iterable<[string, File]> = [],
    hadFiles = false,
  ) {
    this.fields = new Map(fields);
    this.files = new Map(files);
    this.hadFiles = hadFiles || this.files.size > 0;
  }

  /** The first value of a field, trimmed; "" without one. */
  get(name: string): string {
    return this.fields.get(name)?.[0]?.trim() ?? "";
  }

  all(name: string): readonly string[] {
    return this.fields.get(name) ?? [];
  }
}

declare module "hono" {
  /** Variables of the console's handlers, besides the pipeline's own. */
  interface ContextVariableMap {
    session: Session;
    pageContext: PageContext;
    formInput: FormInput;
  }
}

const CurrentPage = createContext<PageContext | null>(null);
export const PageContextProvider = CurrentPage.Provider;

export const usePageContext = (): PageContext => {
  const pageContext = useContext(CurrentPage);
  if (!pageContext) throw new Error("a part of a page was drawn outside of a page");
  return pageContext;
};

/** The user's zone, which a script stores in a cookie. Anything but a valid zone is ignored. */
const zoneIn = (c: Context<App>): string => {
  const zone = getCookie(c, "muster_zone") ?? "";
  return isZone(zone) ? zone : "UTC";
};

/** The cookie that remembers that there is a host. */
export const HAS_HOST = "muster_hosts";

/** Whether a script requested only the contents of the frame. */
export const isPartial = (c: Context<App>): boolean => c.req.header("HX-Request") === "true";

const madeIn = (text: string): PageContext["made"] => {
  const [, project, job] = /^([1-9]\d{0,14})\.([1-9]\d{0,14})$/.exec(text) ?? [];
  return project === undefined ? undefined : { project: Number(project), job: Number(job) };
};

/** Sets the page context of a session. */
export const beginPage = async (c: Context<App>, call: Call, session: Session): Promise<void> => {
  const { pathname, searchParams } = new URL(c.req.url);
  const done = searchParams.get("done") ?? undefined;
  const made = madeIn(searchParams.get("made") ?? "");
  for (const name of ["done", "made"]) searchParams.delete(name);
  const query = searchParams.toString();
  c.set("call", call);
  c.set("session", session);
  c.set("pageContext", {
    actor: call.actor,
    now: call.now,
    windowMs: call.settings.WINDOW_SECONDS * 1000,
    zone: zoneIn(c),
    formToken: await formTokenOf(c, session),
    address: query === "" ? pathname : `${pathname}?${query}`,
    partial: isPartial(c),
    done,
    made,
    project: chosenProject(c, call.actor),
    hasHost: getCookie(c, HAS_HOST) === "1",
  });
};
