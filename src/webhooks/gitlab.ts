import * as z from "zod";
import { failedList, moreThan, runKey } from "./commit-words.ts";
import { type Commit, formOf, isTaken, judgeForge, taken, textOf, unknownCommit } from "./forge.ts";
import type { Verdict } from "./form.ts";
import { gitlabApi } from "./repositories.ts";

const STATES = {
  pending: "pending",
  success: "success",
  failure: "failed",
  error: "failed",
  cancelled: "canceled",
} as const;

const MAX_DESCRIPTION = 255;
/** The comments that are looked through for one that was made before. */
const PAGE = 20;
const MAX_PAGES = 10;

const comments = z.array(z.looseObject({ note: z.string() }));

/** The comments of a page; undefined if the answer has none that can be read. */
const commentsIn = (text: string) => {
  try {
    return comments.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** Whether an earlier try made the comment, which the answer to it did not say. */
const isCommented = async ({ ask, sha }: Commit, mark: string): Promise<boolean> => {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await ask("GET", `/repository/commits/${sha}/comments?per_page=${PAGE}&page=${page}`);
    const found = isTaken(answer) ? commentsIn(textOf(answer)) : undefined;
    if (found?.some(({ note }) => note.includes(mark))) return true;
    if (found === undefined || found.length < PAGE) return false;
  }
  return false;
};

/** GitLab's statuses have no room for tests: the failed ones stand in a comment of the commit. */
const comment = async (commit: Commit): Promise<Verdict | undefined> => {
  const { event, status, sha, ask, now, failedTests } = commit;
  const failed = await failedTests();
  if (failed.length === 0) return undefined;
  const mark = `<!-- ${runKey(event)} -->`;
  if (await isCommented(commit, mark)) return undefined;
  const title = status.link === undefined ? "" : `[job ${event.data.job.id}](${status.link}): `;
  const note = `${mark}\n${title}${status.description}\n\n${failedList(failed, moreThan(event, failed.length))}`;
  return judgeForge(await ask("POST", `/repository/commits/${sha}/comments`, { note }), now);
};

/** Sets the status of a commit, which the same state again leaves as it is. */
const tell = async (commit: Commit): Promise<Verdict> => {
  const { status, sha, ask, now } = commit;
  const answer = await ask("POST", `/statuses/${sha}`, {
    state: STATES[status.state],
    name: status.context,
    description: status.description.slice(0, MAX_DESCRIPTION),
    ...(status.link === undefined ? {} : { target_url: status.link }),
  });
  if (answer.status === 404 && /commit not found|references for commit/i.test(textOf(answer)))
    return unknownCommit(404, sha);
  const isSet = answer.status === 400 && /cannot transition status/i.test(textOf(answer));
  const verdict = isSet ? taken(400, "the status was set before") : judgeForge(answer, now);
  if (verdict.is !== "taken") return verdict;
  return (await comment(commit)) ?? verdict;
};

/** Sets the status of the commit under test in a project of GitLab, and comments the commit with the failed tests. */
export const gitlabForm = formOf({
  apiOf: gitlabApi,
  headers: (token) => ({ "PRIVATE-TOKEN": token, Accept: "application/json" }),
  tell,
  example: "https://gitlab.com/group/project",
});
