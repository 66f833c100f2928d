import * as z from "zod";
import { failureLine } from "../wire/failure-line.ts";
import { type CommitStatus, failedList, messageOf, moreThan, runKey } from "./commit-words.ts";
import { type Commit, formOf, isTaken, judgeForge, textOf, unknownCommit } from "./forge.ts";
import type { Answer, FailedTest, Verdict } from "./form.ts";
import { githubApi } from "./repositories.ts";

const STATES = {
  pending: "pending",
  success: "success",
  failure: "failure",
  error: "error",
  cancelled: "error",
} as const;

const CONCLUSIONS = {
  success: "success",
  failure: "failure",
  error: "failure",
  cancelled: "cancelled",
} as const;

const MAX_DESCRIPTION = 140;
const MAX_TITLE = 255;
const MAX_DETAIL = 4000;
const FULL_SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Tokens of people and of OAuth apps, of which GitHub says that they make no check runs. */
const WITHOUT_CHECKS = /^gh[po]_/;

/** The answers by which GitHub refuses a check run to a token that may set statuses. */
const isRefused = ({ status }: Answer): boolean => status === 401 || status === 403 || status === 404;

const knownRuns = z.looseObject({
  check_runs: z.array(
    z.looseObject({ id: z.int(), external_id: z.string().nullable(), conclusion: z.string().nullable() }),
  ),
});

const runsIn = (text: string) => {
  try {
    return knownRuns.safeParse(JSON.parse(text)).data?.check_runs ?? [];
  } catch {
    return [];
  }
};

/** A failed test at the line of its file that its failure names. A test without a file stands under its own name. */
const annotationOf = (test: FailedTest) => {
  const line = failureLine(test) ?? 1;
  const detail = test.detail?.slice(0, MAX_DETAIL).toWellFormed();
  return {
    path: (test.file ?? test.title).slice(0, MAX_TITLE).toWellFormed() || "tests",
    start_line: line,
    end_line: line,
    annotation_level: "failure",
    title: test.title.slice(0, MAX_TITLE).toWellFormed(),
    message: messageOf(test),
    ...(detail ? { raw_details: detail } : {}),
  };
};

const linkOf = ({ link }: CommitStatus, name: "target_url" | "details_url") =>
  link === undefined ? {} : { [name]: link };

/** The whole id of the commit; GitHub takes no other. Or how the look for it ended. */
const wholeSha = async ({ sha, ask, now }: Commit): Promise<string | Verdict> => {
  if (FULL_SHA.test(sha)) return sha;
  const answer = await ask("GET", `/commits/${sha}`);
  if (answer.status === 422) return unknownCommit(422, sha);
  if (!isTaken(answer)) return judgeForge(answer, now);
  const found = z.looseObject({ sha: z.string().regex(FULL_SHA) }).safeParse(jsonIn(textOf(answer)))
    .data?.sha;
  return (
    found ?? { is: "failed", status: answer.status, note: "answered without the commit", notBefore: null }
  );
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * A check run with the failed tests as annotations, where the token may make one. One that an earlier try made is found
 * by its id, and only changed if the run ended otherwise after all. Undefined: the status is all that is told.
 */
const tellCheck = async (commit: Commit, sha: string): Promise<Verdict | undefined> => {
  const { event, status, ask, now, failedTests } = commit;
  if (status.state === "pending") return undefined;
  const name = encodeURIComponent(status.context);
  const listed = await ask("GET", `/commits/${sha}/check-runs?check_name=${name}&filter=all&per_page=30`);
  if (isRefused(listed)) return judgeRefusal(listed, now);
  if (!isTaken(listed)) return judgeForge(listed, now);
  const key = runKey(event);
  const known = runsIn(textOf(listed)).find(({ external_id }) => external_id === key);
  const conclusion = CONCLUSIONS[status.state];
  if (known?.conclusion === conclusion) return undefined;
  const failed = await failedTests();
  const body = {
    name: status.context,
    head_sha: sha,
    external_id: key,
    status: "completed",
    conclusion,
    ...linkOf(status, "details_url"),
    output: {
      title: status.description.slice(0, MAX_TITLE),
      summary: failed.length === 0 ? status.description : failedList(failed, moreThan(event, failed.length)),
      annotations: failed.map(annotationOf),
    },
  };
  const answer = known
    ? await ask("PATCH", `/check-runs/${known.id}`, body)
    : await ask("POST", "/check-runs", body);
  return isRefused(answer) ? judgeRefusal(answer, now) : judgeForge(answer, now);
};

/** A token that may make no check run is no fault, unless its limit is used up. */
const judgeRefusal = (answer: Answer, now: number): Verdict | undefined =>
  answer.status !== null && answer.limitedUntil != null ? judgeForge(answer, now) : undefined;

const tell = async (commit: Commit, token: string): Promise<Verdict> => {
  const { status, ask, now } = commit;
  const sha = await wholeSha(commit);
  if (typeof sha !== "string") return sha;
  const answer = await ask("POST", `/statuses/${sha}`, {
    state: STATES[status.state],
    description: status.description.slice(0, MAX_DESCRIPTION),
    context: status.context,
    ...linkOf(status, "target_url"),
  });
  if (answer.status === 422 && /no commit found/i.test(textOf(answer))) return unknownCommit(422, sha);
  const verdict = judgeForge(answer, now);
  if (verdict.is !== "taken" || WITHOUT_CHECKS.test(token)) return verdict;
  return (await tellCheck(commit, sha)) ?? verdict;
};

/** Sets the status of the commit under test in a repository of GitHub, with a check run where the token may make one. */
export const githubForm = formOf({
  apiOf: githubApi,
  headers: (token) => ({
    Authorization: `Bearer ${token}`,
    Accept: "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
  }),
  tell,
  example: "https://github.com/owner/repository",
});
