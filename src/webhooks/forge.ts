import { hostOf } from "./addresses.ts";
import { type CommitStatus, commitStatusOf, MAX_FAILED } from "./commit-words.ts";
import type { EventData } from "./event-data.ts";
import type { Answer, FailedTest, Form, Outgoing, Told, Verdict, Ways } from "./form.ts";
import { judge } from "./judge.ts";
import { repositoryProblem } from "./repositories.ts";

/** What is read of an answer of a forge. */
const KEPT_BYTES = 1024 * 1024;

/** The events that give a commit a status. */
const COMMIT_EVENTS = ["job.started", "job.ended"] as const;
type CommitEvent = Extract<EventData, { type: (typeof COMMIT_EVENTS)[number] }>;

/** One commit whose status is to be told, and the way to its repository. */
export interface Commit {
  event: CommitEvent;
  status: CommitStatus;
  sha: string;
  /** Sends a request to `path` below the repository's address in the API. */
  ask: (method: Outgoing["method"], path: string, body?: object) => Promise<Answer>;
  now: number;
  /** The failed tests of the run, at most 50; none of one that did not fail. */
  failedTests: () => Promise<FailedTest[]>;
}

/** A repository in a forge's API. */
export interface Forge {
  apiOf: (target: string) => string | undefined;
  headers: (token: string) => Readonly<Record<string, string>>;
  tell: (commit: Commit, token: string) => Promise<Verdict>;
  /** The address of a repository, for who gave another. */
  example: string;
}

export const taken = (status: number | null, note: string): Verdict => ({ is: "taken", status, note });

export const isTaken = (answer: Answer): boolean =>
  answer.status !== null && answer.status >= 200 && answer.status < 300;

/** The text of an answer that was not taken; "" without one. */
export const textOf = (answer: Answer): string => (answer.status === null ? "" : (answer.text ?? ""));

/**
 * How a request to a forge ended. A forge that refuses a token answers 401, 403 or 404, and 410 what is switched off: both
 * can be put right, and are tried again. One whose limit is used up says until when.
 */
export const judgeForge = (answer: Answer, now: number): Verdict => {
  const verdict = judge(answer, now);
  if (answer.status === null || verdict.is === "taken") return verdict;
  const { status, limitedUntil } = answer;
  const notBefore = verdict.is === "failed" ? verdict.notBefore : null;
  if (limitedUntil != null && (status === 403 || status === 429))
    return {
      is: "failed",
      status,
      note: `answered ${status}: its limit is used up`,
      notBefore: notBefore ?? limitedUntil,
    };
  const why = [401, 403, 404].includes(status)
    ? ": the token may not do this in the repository, or it is not there"
    : "";
  return { is: "failed", status, note: `answered ${status}${why}`, notBefore };
};

/** A commit that its repository does not know can't be told of: it is left, so that it holds up nothing. */
export const unknownCommit = (status: number, sha: string): Verdict =>
  taken(status, `not told: the repository has no commit ${sha}`);

/** Tells an event to a forge; a test of the webhook reads the repository. */
const tellForge =
  ({ apiOf, headers, tell }: Forge) =>
  async ({ event, target, credential }: Told, ways: Ways): Promise<Verdict> => {
    const api = apiOf(target);
    if (api === undefined || credential === null)
      return { is: "gone", status: null, note: "it has no repository, or no token for it" };
    const ask: Commit["ask"] = (method, path, body) =>
      ways.send({
        url: `${api}${path}`,
        method,
        headers: { ...headers(credential), ...(body ? { "Content-Type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
        keeps: KEPT_BYTES,
      });
    if (event.type === "webhook.test") return judgeForge(await ask("GET", ""), ways.now);
    if (event.type !== "job.started" && event.type !== "job.ended")
      return taken(null, "nothing to say: it is about no commit");
    const sha = event.data.job.commit;
    if (sha === null) return taken(null, "nothing to say: the run names no commit");
    const status = commitStatusOf(event, ways.siteUrl);
    const failedTests = async () => (status.state === "failure" ? ways.failedTests(MAX_FAILED) : []);
    return tell({ event, status, sha, ask, now: ways.now, failedTests }, credential);
  };

/** The form that sets the status of the commit under test in a repository of a forge. */
export const formOf = (forge: Forge): Form => ({
  events: COMMIT_EVENTS,
  signs: false,
  takesCredential: true,
  wrongTarget: (target, rules) => repositoryProblem(target, rules, forge),
  shownTarget: (target) => (forge.apiOf(target) === undefined ? hostOf(target) : target),
  tell: tellForge(forge),
});
