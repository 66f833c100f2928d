import type { Context } from "hono";
import type { App } from "../../http/app.ts";

/** The field and the header in which the page sends its host's token along: the service keeps none. */
const FIELD = "secret";
export const HEADER = "Start-Token";
/** What a token of a host looks like. Anything else must not get into a command that is pasted. */
const TOKEN = /^muster_host_[0-9a-f]{64,128}$/;

/** The token that this page was given earlier in the same steps, which it sends along; undefined without one. */
export const carriedToken = (c: Context<App>): string | undefined => {
  const given = c.req.method === "GET" ? c.req.header(HEADER) : c.get("formInput").get(FIELD);
  return given !== undefined && TOKEN.test(given) ? given : undefined;
};

/** Sends the token along with a form. */
export const CarriedToken = ({ secret }: { secret: string | undefined }) =>
  secret === undefined ? null : <input type="hidden" name={FIELD} value={secret} />;
