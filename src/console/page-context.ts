import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { createContext, useContext } from "hono/jsx";
import type { Actor } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import type { App } from "../http/app.ts";
import { isZone } from "../schedules/time-zone.ts";
import { formTokenOf, type Session } from "./session.ts";

/** What every page is drawn with: who looks, when, and in which zone. */
export interface PageContext {
  actor: Actor;
  /** Epoch milliseconds. */
  now: number;
  /** The time between two checks of who is Online. */
  windowMs: number;
  /** An IANA zone: the reader's, as their browser told; UTC until it did. */
  zone: string;
  /** What the forms of this session carry. */
  formToken: string;
  /** The path and query of this page. */
  address: string;
  /** Only what is inside the frame is asked for, by a script. */
  partial: boolean;
  /** What was just done here, by its name in `parts/notice.tsx`. */
  done: string | undefined;
}

/** What a form brought: each field's values, and its files. */
export class FormInput {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, File>;
  /** Whether it brought files, which are kept nowhere. */
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

  /** The first value of a field, without space around it; "" where there is none. */
  get(name: string): string {
    return this.fields.get(name)?.[0]?.trim() ?? "";
  }

  all(name: string): readonly string[] {
    return this.fields.get(name) ?? [];
  }
}

declare module "hono" {
  /** What the console's handlers find beside the pipeline's own variables. */
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

/** The reader's zone, which a script keeps in a cookie: no secret, and nothing but a zone is taken. */
const zoneIn = (c: Context<App>): string => {
  const zone = getCookie(c, "muster_zone") ?? "";
  return isZone(zone) ? zone : "UTC";
};

/** Whether a script asks for what is inside the frame. */
export const isPartial = (c: Context<App>): boolean => c.req.header("HX-Request") === "true";

/** Sets what the pages of a session are drawn with. */
export const beginPage = async (c: Context<App>, call: Call, session: Session): Promise<void> => {
  const { pathname, searchParams } = new URL(c.req.url);
  const done = searchParams.get("done") ?? undefined;
  searchParams.delete("done");
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
  });
};
