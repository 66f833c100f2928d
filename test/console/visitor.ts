import type { Answer, World } from "../world.ts";

const ORIGIN = "https://muster.test";
const FORM = "application/x-www-form-urlencoded";

const escapes: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** What a reader sees of a page: its text without tags. */
export const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => escapes[entity] ?? entity)
    .replace(/\s+/g, " ");

export const fieldIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";

/** A person with a browser: keeps cookies, and sends forms as a page of the console does. */
export class Visitor {
  readonly world: World;
  readonly cookies = new Map<string, string>();
  formToken = "";

  constructor(world: World) {
    this.world = world;
  }

  /** Signed in with a token; the world's admin token unless given. */
  static async in(world: World, token: string = world.adminToken): Promise<Visitor> {
    const visitor = new Visitor(world);
    const answer = await visitor.signIn(token);
    if (answer.status !== 303) throw new Error(`not signed in: ${answer.status} ${textOf(answer.text)}`);
    await visitor.get("/console/hosts");
    return visitor;
  }

  signIn(token: string, fields: Record<string, string> = {}): Promise<Answer> {
    return this.send("POST", "/console/sign-in", { body: new URLSearchParams({ token, ...fields }) });
  }

  async send(
    method: string,
    path: string,
    { body, headers = {} }: { body?: URLSearchParams | FormData; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const request = new Request(`${ORIGIN}${path}`, {
      method,
      headers: {
        ...(this.cookies.size > 0
          ? { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") }
          : {}),
        ...(method === "GET" ? {} : { Origin: ORIGIN }),
        ...(body instanceof URLSearchParams ? { "Content-Type": FORM } : {}),
        ...headers,
      },
      redirect: "manual",
      ...(body === undefined ? {} : { body: body instanceof URLSearchParams ? String(body) : body }),
    });
    const answer = await this.world.send(request);
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/Max-Age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    this.formToken = fieldIn(answer.text, "form_token") || this.formToken;
    return answer;
  }

  get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    this.send("GET", path, { body: undefined, headers });

  /** Sends a form with what the page that holds it carries. */
  post(path: string, fields: Record<string, string> | [string, string][] = {}): Promise<Answer> {
    const body = new URLSearchParams(fields);
    if (!body.has("form_token")) body.set("form_token", this.formToken);
    return this.send("POST", path, { body });
  }

  /** What a page requests to refresh itself. */
  refresh = (path: string): Promise<Answer> => this.get(path, { "HX-Request": "true" });
}
