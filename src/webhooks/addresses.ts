import type { TargetRules } from "./form.ts";

const MAX_LENGTH = 2000;

/** Ends of names that are no public hosts: of machines themselves, of local networks, and reserved ones. */
const NOT_PUBLIC = [
  ...["localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp", "arpa"],
  ...["test", "invalid", "example", "onion", "alt"],
];

/** An IPv4 address, which the URL parser writes so whatever form it was given in, or an IPv6 address. */
const isIpAddress = (host: string): boolean => /^\d+(\.\d+){3}$/.test(host) || host.startsWith("[");

const hostProblem = (hostname: string): string | undefined => {
  const host = hostname.replace(/\.$/, "");
  if (isIpAddress(host)) return "must name its host, not have an IP address";
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  if (labels.length < 2 || labels.includes("") || NOT_PUBLIC.includes(last))
    return `must be of a public host; "${host.slice(0, 100)}" is not`;
  return undefined;
};

/** The URL parser drops line breaks and tabs, so that an address would not be what people read. */
const parsed = (text: string): URL | undefined =>
  !/\s/.test(text) && URL.canParse(text) ? new URL(text) : undefined;

/**
 * What is wrong with the address of a receiver, in words that follow a field's name; undefined: nothing. It is asked when
 * a webhook is stored and again before each request.
 *
 * A Worker cannot look a name up before it fetches, so a public name that points at a private address is not seen here.
 * On Cloudflare's network such a fetch does not reach the private networks of anybody: a Worker has no route into them. Names
 * are checked all the same, so that the service can run elsewhere, and so that a mistake is told when it is made.
 */
export const addressProblem = (text: string, { private: allowsPrivate }: TargetRules): string | undefined => {
  const url = parsed(text);
  if (!url || text.length > MAX_LENGTH)
    return `must be an https address of at most ${MAX_LENGTH} characters, like https://ci.example.com/muster`;
  if (url.username !== "" || url.password !== "") return "must have no user name and no password in it";
  if (allowsPrivate)
    return ["https:", "http:"].includes(url.protocol) ? undefined : "must begin with https://";
  if (url.protocol !== "https:") return "must begin with https://";
  return hostProblem(url.hostname);
};

/** An address without what lets others in: its host alone. */
export const hostOf = (text: string): string => {
  const url = parsed(text);
  return url ? `${url.origin}/…` : "…";
};

/** An address without its query, in which some receivers want a secret. */
export const withoutQuery = (text: string): string => {
  const url = parsed(text);
  return url && url.search !== "" ? `${url.origin}${url.pathname}?…` : text;
};
