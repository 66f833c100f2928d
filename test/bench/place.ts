import { z } from "zod";
import type { Place } from "./calls.ts";
import { fill, type Stock } from "./stock.ts";
import { ADMIN_TOKEN, migrate, type Running } from "./workerd.ts";
import type { Request } from "./wrk.ts";

/** Sends a request once and gives its body. Throws where it is refused. */
export const send = async (url: URL, { method, path, headers, body }: Request): Promise<unknown> => {
  const answer = await fetch(new URL(path, url), {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return bodyOf(answer, text);
};

/** JSON is read, a page is left as it is. */
export const bodyOf = ({ headers }: Response, text: string): unknown =>
  headers.get("Content-Type")?.startsWith("application/json") ? JSON.parse(text) : text;

/** The cookie of a session of the console that begins at `now`, where the clock is the bench's own. */
export const signIn = async (url: URL, token: string, now: number): Promise<string> => {
  const answer = await fetch(new URL("/console/sign-in", url), {
    method: "POST",
    headers: { Origin: url.origin, "bench-now": String(now) },
    body: new URLSearchParams({ token }),
    redirect: "manual",
  });
  const [cookie = ""] = answer.headers.getSetCookie();
  if (cookie === "") throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return cookie.slice(0, cookie.indexOf(";"));
};

const issuedShape = z.object({ token: z.string() });

const issueToken = async (url: URL, facts: Record<string, string | number>): Promise<string> => {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const body = { name: "bench", ...facts };
  return issuedShape.parse(await send(url, { method: "POST", path: "/api/v3/tokens", headers, body })).token;
};

/** A token of one host. */
const issueHostToken = (url: URL, host: number): Promise<string> =>
  issueToken(url, { scope: "host", host_server_id: host });

/** Fills a Worker's tables and issues tokens of the product for some of its hosts; they open the floor as well. */
export const furnish = async (
  workers: readonly Running[],
  issuer: Running,
  { callers, stock }: { callers: readonly number[]; stock: Stock },
): Promise<Place[]> => {
  await Promise.all(
    workers.map(async ({ db }) => {
      await migrate(db);
      await fill(db, stock);
    }),
  );
  const operator = await issueToken(issuer.url, { scope: "operator" });
  const registrar = await issueToken(issuer.url, { scope: "host" });
  const hosts = new Map(
    await Promise.all(callers.map(async (host) => [host, await issueHostToken(issuer.url, host)] as const)),
  );
  const session = await signIn(issuer.url, operator, stock.now);
  return workers.map((worker) => ({ worker, operator, registrar, session, hosts, now: stock.now }));
};
