import type { Mutant } from "../mutants/mutant.ts";

const GITHUB = "test/webhooks/github.test.ts";
const GITLAB = "test/webhooks/gitlab.test.ts";
const COMMITS = "test/webhooks/commit-webhooks.test.ts";
const TARGETS = "test/webhooks/targets.test.ts";
const EMAIL = "test/webhooks/email.test.ts";
const EMAILS = "test/webhooks/email-webhooks.test.ts";
const COMMIT = "test/jobs/commit.test.ts";

/** The guards of what is told of commits, and by e-mail. */
export const mutants: Mutant[] = [
  {
    guard: "a commit that GitHub does not know is left",
    code: "if (answer.status === 422 && /no commit found/i.test(textOf(answer))) return unknownCommit(422, sha);",
    instead: "",
    tests: [GITHUB],
    named: "by the whole id",
  },
  {
    guard: "GitHub takes whole ids of commits alone",
    code: "if (FULL_SHA.test(sha)) return sha;",
    instead: "return sha;",
    tests: [GITHUB],
    named: "by the whole id",
  },
  {
    guard: "a check run that an earlier try made is not made again",
    code: "if (known?.conclusion === conclusion) return undefined;",
    instead: "",
    tests: [GITHUB],
    named: "is told once",
  },
  {
    guard: "a check run of the same run is changed, not made again",
    code: '? await ask("PATCH", `/check-runs/${known.id}`, body)',
    instead: '? await ask("POST", "/check-runs", body)',
    tests: [GITHUB],
    named: "is told once",
  },
  {
    guard: "a token that may make no check run is no fault",
    code: "if (isRefused(listed)) return judgeRefusal(listed, now);",
    instead: "",
    tests: [GITHUB],
    named: "by a token of a person",
  },
  {
    guard: "a token of a person asks for no check run",
    code: 'if (verdict.is !== "taken" || WITHOUT_CHECKS.test(token)) return verdict;',
    instead: 'if (verdict.is !== "taken") return verdict;',
    tests: [GITHUB],
    named: "by a token of a person",
  },
  {
    guard: "a limit that is used up is waited for",
    code: "if (limitedUntil != null && (status === 403 || status === 429))",
    instead: "if (false)",
    tests: [GITHUB],
    named: "limit is used up",
  },
  {
    guard: "a repository that answers 410 is tried again",
    code: 'return { is: "failed", status, note: `answered ${status}${why}`, notBefore };',
    instead: "return verdict;",
    tests: [GITHUB],
    named: "limit is used up",
  },
  {
    guard: "at most 50 failed tests are told",
    code: "ways.failedTests(MAX_FAILED)",
    instead: "ways.failedTests(1000)",
    tests: [GITHUB],
    named: "first 50",
  },
  {
    guard: "names of tests mean nothing in Markdown",
    code: 'const fence = "`".repeat(ticks + 1);',
    instead: 'const fence = "`";',
    tests: [GITHUB],
    named: "comes with a check run",
  },
  {
    guard: "GitLab's refusal of a status that is set is none",
    code: "/cannot transition status/i.test(textOf(answer))",
    instead: "false",
    tests: [GITLAB],
    named: "that is set again",
  },
  {
    guard: "a commit that GitLab does not know is left",
    code: "/commit not found|references for commit/i.test(textOf(answer))",
    instead: "false",
    tests: [GITLAB],
    named: "that is set again",
  },
  {
    guard: "a comment is made once",
    code: "if (await isCommented(commit, mark)) return undefined;",
    instead: "",
    tests: [GITLAB],
    named: "of the failed tests, once",
  },
  {
    guard: "a comment is looked for on all pages",
    code: "if (found === undefined || found.length < PAGE) return false;",
    instead: "return false;",
    tests: [GITLAB],
    named: "among many",
  },
  {
    guard: "a test under quarantine is told of no commit",
    code: ".filter(({ quarantined }) => !quarantined)",
    file: "src/webhooks/failed-tests.ts",
    instead: "",
    tests: [COMMITS],
    named: "under quarantine",
  },
  {
    guard: "a token goes to the repository that it was given for",
    code: "if (FORMS[form].takesCredential && isMoved && credential === undefined)",
    instead: "if (false)",
    tests: [COMMITS],
    named: "another one takes its own",
  },
  {
    guard: "a repository has an owner and a name",
    code: "if (!isPlain(url) || !OWNER.test(owner) || !isName(name)) return undefined;",
    instead: "",
    tests: [TARGETS],
    named: "is refused where it is none",
  },
  {
    guard: "an e-mail goes to one plain address",
    code: "return isEmailAddress(target) ? undefined",
    instead: "return target.length > 0 ? undefined",
    tests: [TARGETS],
    named: "is refused",
  },
  {
    guard: "names of users begin no header of an e-mail",
    code: '.replace(/[\\p{Cc}\\p{Zl}\\p{Zp}]+/gu, " ")',
    instead: "",
    tests: [EMAIL],
    named: "begin no header",
  },
  {
    guard: "names of users hide nothing in an e-mail",
    code: '.replace(/\\p{Cf}/gu, "")',
    instead: "",
    tests: [EMAIL],
    named: "begin no header",
  },
  {
    guard: "the platform's own words stay out of a note",
    code: 'return typeof code === "string" && /^[A-Z_]{1,60}$/.test(code) ? ` (${code})` : "";',
    instead: 'return typeof code === "string" ? ` (${code})` : "";',
    tests: [EMAIL],
    named: "the platform's word",
  },
  {
    guard: "an e-mail needs a sender",
    code: "email: mailer !== undefined && EMAIL_FROM",
    instead: "email: mailer !== undefined || EMAIL_FROM",
    tests: [EMAILS],
    named: "without a binding or a sender",
  },
  {
    guard: "a commit is an id in hex",
    code: ".regex(/^[0-9a-fA-F]{7,64}$/, COMMIT_FORM)",
    instead: "",
    tests: [COMMIT],
    named: "is no commit",
  },
  {
    guard: "a run without a commit of its own has its schedule's",
    code: "COALESCE(${commitSha}, s.commit_sha)",
    instead: "${commitSha}",
    tests: [COMMIT],
    named: "takes the place",
  },
];
