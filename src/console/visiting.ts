import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { App, Call } from "../env.ts";
import { isZone } from "../schedules/zone.ts";
import { formTokenOf, type Session } from "./session.ts";

/** The reader's zone, which a script keeps in a cookie: no secret, and nothing but a zone is taken. */
const zoneIn = (c: Context<App>): string => {
  const zone = getCookie(c, "muster_zone") ?? "";
  return isZone(zone) ? zone : "UTC";
};

/** Whether a script asks for what is inside the frame. */
export const isPartial = (c: Context<App>): boolean => c.req.header("HX-Request") === "true";

/** Sets what the pages of a session are drawn with. */
export const beginVisit = async (c: Context<App>, call: Call, session: Session): Promise<void> => {
  const { pathname, searchParams } = new URL(c.req.url);
  const done = searchParams.get("done") ?? undefined;
  searchParams.delete("done");
  const query = searchParams.toString();
  c.set("call", call);
  c.set("session", session);
  c.set("visit", {
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
