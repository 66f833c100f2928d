import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import * as z from "zod";
import type { App } from "../../http/app.ts";
import { readAs } from "../form-input.ts";
import { HAS_HOST } from "../page-context.ts";
import { page } from "../page-guards.ts";
import { readSignals } from "./view.ts";

const YEAR_SECONDS = 365 * 24 * 3600;
/** Epoch milliseconds since when failures are counted for the tab's title; what is invalid is ignored. */
const address = z.object({ since: z.coerce.number().int().min(0).optional().catch(undefined) });

/** What the menu's badges and the tab's title say, for assets/signals.js. */
export const signalPages = new Hono<App>().get("/signals", page("listHosts"), async (c) => {
  const call = c.get("call");
  const { since = call.now } = readAs(address, c.req.query());
  const signals = await readSignals(call, since);
  if (signals.hasHost && !c.get("pageContext").hasHost)
    setCookie(c, HAS_HOST, "1", { path: "/console", sameSite: "Lax", maxAge: YEAR_SECONDS });
  return c.json(signals);
});
