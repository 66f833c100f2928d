import * as z from "zod";
import type { Answer, Outgoing } from "../../src/webhooks/form.ts";

/*
 * GitHub and GitLab as far as their REST documentation goes for what is called here: what a request must have, what a
 * repeat does, and how it is refused. Each keeps what it was told.
 */

/** The token that both let in. */
export const TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";

/** One of a person, which GitHub lets in too. */
export const PERSONAL = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

/** A request as it arrived. */
interface Seen {
  method: string;
  path: string;
}

type Reply = { status: number; body?: unknown; headers?: Record<string, string> };

const jsonIn = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** What both have: a repository at an address, a token for it, commits. */
abstract class Forge {
  readonly seen: Seen[] = [];
  /** The next answers, in place of its own. "lost": it does as it was asked, and its answer does not arrive. */
  next: (Reply | "lost")[] = [];
  readonly commits: readonly string[];
  protected readonly base: string;

  constructor(base: string, commits: readonly string[]) {
    this.base = base;
    this.commits = commits;
  }

  protected abstract isLetIn(headers: Headers): boolean;
  protected abstract answer(method: string, path: string, query: URLSearchParams, body: unknown): Reply;

  reply({ url, method, headers, body }: Outgoing): Reply | undefined {
    const { origin, pathname, searchParams } = new URL(url);
    const path = `${origin}${pathname}`.slice(this.base.length);
    this.seen.push({ method, path });
    const given = new Headers(headers);
    const planned = this.next.shift();
    if (planned !== undefined && planned !== "lost") return planned;
    const made = this.#judged(given, { url, method, path, searchParams, body });
    return planned === "lost" ? undefined : made;
  }

  #judged(
    given: Headers,
    {
      url,
      method,
      path,
      searchParams,
      body,
    }: { url: string; method: string; path: string; searchParams: URLSearchParams; body: string | undefined },
  ): Reply {
    if (!url.startsWith(this.base)) return { status: 404, body: { message: "Not Found" } };
    if (!this.isLetIn(given)) return { status: 401, body: { message: "Bad credentials" } };
    if (method === "GET" && body !== undefined) return { status: 400 };
    if (method !== "GET" && given.get("Content-Type") !== "application/json") return { status: 415 };
    return this.answer(method, path, searchParams, jsonIn(body));
  }

  /** The way to it that a form is given. */
  readonly send = async (request: Outgoing): Promise<Answer> => {
    const reply = this.reply(request);
    if (!reply) return { status: null, why: "did not answer within 10 s" };
    const headers = new Headers(reply.headers);
    const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
    return {
      status: reply.status,
      retryAfter: headers.get("Retry-After"),
      limitedUntil: headers.has("X-RateLimit-Reset") ? Number(headers.get("X-RateLimit-Reset")) * 1000 : null,
      text: text.slice(0, request.keeps ?? 0),
    };
  };
}

const address = z.url().optional();

const githubStatus = z.strictObject({
  state: z.enum(["error", "failure", "pending", "success"]),
  target_url: address,
  description: z.string().max(140).optional(),
  context: z.string().min(1).optional(),
});

const annotation = z.strictObject({
  path: z.string().min(1),
  start_line: z.int().min(1),
  end_line: z.int().min(1),
  annotation_level: z.enum(["notice", "warning", "failure"]),
  message: z.string().min(1).max(65_536),
  title: z.string().max(255).optional(),
  raw_details: z.string().max(65_536).optional(),
});

const checkRun = z.strictObject({
  name: z.string().min(1),
  head_sha: z.string().length(40),
  external_id: z.string(),
  details_url: address,
  status: z.literal("completed"),
  conclusion: z.enum([
    "success",
    "failure",
    "neutral",
    "cancelled",
    "skipped",
    "timed_out",
    "action_required",
  ]),
  output: z.strictObject({
    title: z.string(),
    summary: z.string().max(65_535),
    annotations: z.array(annotation).max(50),
  }),
});
type CheckRun = z.output<typeof checkRun> & { id: number };

const REFUSED: Reply = { status: 403, body: { message: "Resource not accessible by personal access token" } };

/** A repository of GitHub. */
export class FakeGithub extends Forge {
  readonly statuses: (z.output<typeof githubStatus> & { sha: string })[] = [];
  readonly checks: CheckRun[] = [];
  /** Whether the token is of an app that may make check runs. */
  takesChecks = false;

  protected override isLetIn(headers: Headers): boolean {
    return (
      [`Bearer ${TOKEN}`, `Bearer ${PERSONAL}`].includes(headers.get("Authorization") ?? "") &&
      headers.get("Accept") === "application/vnd.github+json" &&
      /^\d{4}-\d\d-\d\d$/.test(headers.get("X-GitHub-Api-Version") ?? "")
    );
  }

  protected override answer(method: string, path: string, query: URLSearchParams, body: unknown): Reply {
    const [, what = "", id = "", more = ""] = path.split("/");
    if (method === "GET" && path === "") return { status: 200, body: { full_name: "owner/repo" } };
    if (method === "POST" && what === "statuses") return this.#setStatus(id, body);
    if (method === "GET" && what === "commits" && more === "") return this.#commit(id);
    if (!this.takesChecks) return REFUSED;
    if (method === "GET" && what === "commits" && more === "check-runs") {
      const found = this.checks.filter(
        ({ name, head_sha }) => name === query.get("check_name") && head_sha === id,
      );
      return { status: 200, body: { total_count: found.length, check_runs: found } };
    }
    return what === "check-runs" ? this.#putCheck(method, id, body) : { status: 404 };
  }

  #setStatus(sha: string, body: unknown): Reply {
    if (!this.commits.includes(sha))
      return { status: 422, body: { message: `No commit found for SHA: ${sha}` } };
    const { data } = githubStatus.safeParse(body);
    if (!data) return { status: 422, body: { message: "Validation Failed" } };
    this.statuses.push({ ...data, sha });
    return { status: 201, body: data };
  }

  #commit(start: string): Reply {
    const found = this.commits.filter((sha) => sha.startsWith(start));
    return found.length === 1
      ? { status: 200, body: { sha: found[0] } }
      : { status: 422, body: { message: `No commit found for SHA: ${start}` } };
  }

  #putCheck(method: string, id: string, body: unknown): Reply {
    const { data } = checkRun.safeParse(body);
    if (!data) return { status: 422, body: { message: "Validation Failed" } };
    if (method === "POST") {
      this.checks.push({ ...data, id: this.checks.length + 1 });
      return { status: 201, body: data };
    }
    const known = this.checks.find((check) => String(check.id) === id);
    if (method !== "PATCH" || !known) return { status: 404 };
    // A change adds annotations to those that are there.
    const annotations = [...known.output.annotations, ...data.output.annotations];
    Object.assign(known, data, { output: { ...data.output, annotations } });
    return { status: 200, body: data };
  }
}

const gitlabStatus = z.strictObject({
  state: z.enum(["pending", "running", "success", "failed", "canceled", "skipped"]),
  name: z.string().max(255).optional(),
  target_url: address,
  description: z.string().max(255).optional(),
});
type GitlabStatus = z.output<typeof gitlabStatus> & { sha: string };

const gitlabNote = z.strictObject({ note: z.string().min(1).max(1_000_000) });

/** A project of GitLab. */
export class FakeGitlab extends Forge {
  readonly statuses: GitlabStatus[] = [];
  readonly notes: { note: string; sha: string }[] = [];

  protected override isLetIn(headers: Headers): boolean {
    return headers.get("PRIVATE-TOKEN") === TOKEN;
  }

  protected override answer(method: string, path: string, query: URLSearchParams, body: unknown): Reply {
    if (method === "GET" && path === "") return { status: 200, body: { id: 7 } };
    const [, start] = /^\/statuses\/([^/]+)$/.exec(path) ?? [];
    const [, commented] = /^\/repository\/commits\/([^/]+)\/comments$/.exec(path) ?? [];
    const sha = this.commits.find((each) => each.startsWith(start ?? commented ?? "none"));
    if (sha === undefined) return { status: 404, body: { message: "404 Commit Not Found" } };
    if (start !== undefined && method === "POST") return this.#setStatus(sha, body);
    if (commented === undefined) return { status: 404, body: { error: "404 Not Found" } };
    if (method === "GET") {
      const [size, page] = [Number(query.get("per_page")), Number(query.get("page"))];
      const all = this.notes.filter((each) => each.sha === sha).map(({ note }) => ({ note }));
      return { status: 200, body: all.slice((page - 1) * size, page * size) };
    }
    const { data } = gitlabNote.safeParse(body);
    if (!data) return { status: 400, body: { error: "note is missing" } };
    this.notes.push({ ...data, sha });
    return { status: 201, body: data };
  }

  #setStatus(sha: string, body: unknown): Reply {
    const { data } = gitlabStatus.safeParse(body);
    if (!data) return { status: 400, body: { error: "state does not have a valid value" } };
    const known = this.statuses.find(
      (each) => each.sha === sha && each.name === data.name && ["pending", "running"].includes(each.state),
    );
    if (known && known.state === data.state) {
      const message = `Cannot transition status via :enqueue from :${known.state} (Reason(s): Status cannot transition via "enqueue")`;
      return { status: 400, body: { message } };
    }
    if (known) Object.assign(known, data);
    else this.statuses.push({ ...data, sha });
    return { status: 201, body: data };
  }
}
