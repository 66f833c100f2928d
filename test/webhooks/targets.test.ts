import { describe, expect, test } from "vitest";
import { emailForm } from "../../src/webhooks/email-form.ts";
import { githubForm } from "../../src/webhooks/github.ts";
import { gitlabForm } from "../../src/webhooks/gitlab.ts";
import { githubApi, gitlabApi } from "../../src/webhooks/repositories.ts";

const RULES = { private: false, email: true };

describe("the address of a repository", () => {
  test.each([
    ["https://github.com/owner/repo", "https://api.github.com/repos/owner/repo"],
    ["https://github.com/owner/repo.git", "https://api.github.com/repos/owner/repo"],
    ["https://www.github.com/owner/my.repo/", "https://api.github.com/repos/owner/my.repo"],
    ["https://api.github.com/repos/owner/repo", "https://api.github.com/repos/owner/repo"],
    ["https://octo.ghe.com/owner/repo", "https://api.octo.ghe.com/repos/owner/repo"],
    ["https://git.corp.com/owner/repo", "https://git.corp.com/api/v3/repos/owner/repo"],
    ["https://git.corp.com/api/v3/repos/owner/repo", "https://git.corp.com/api/v3/repos/owner/repo"],
  ])("of GitHub in its API: %s", (target, api) => {
    expect(githubApi(target)).toBe(api);
    expect(githubForm.wrongTarget(target, RULES)).toBeUndefined();
    expect(githubForm.shownTarget(target)).toBe(target);
  });

  test.each([
    ["https://gitlab.com/group/app", "https://gitlab.com/api/v4/projects/group%2Fapp"],
    ["https://gitlab.com/group/sub/app.git", "https://gitlab.com/api/v4/projects/group%2Fsub%2Fapp"],
    ["https://git.corp.com/gitlab/api/v4/projects/42", "https://git.corp.com/gitlab/api/v4/projects/42"],
    ["https://git.corp.com/api/v4/projects/a%2Fb", "https://git.corp.com/api/v4/projects/a%2Fb"],
  ])("of GitLab in its API: %s", (target, api) => {
    expect(gitlabApi(target)).toBe(api);
    expect(gitlabForm.wrongTarget(target, RULES)).toBeUndefined();
  });

  test.each([
    "https://github.com/owner",
    "https://github.com/",
    "https://github.com/owner/repo/tree/main",
    "https://github.com/owner/repo?tab=readme",
    "https://github.com/owner/..%2f..",
    "https://github.com/-owner/repo",
    "http://github.com/owner/repo",
    "https://user:secret@github.com/owner/repo",
    "https://127.0.0.1/owner/repo",
    "https://localhost/owner/repo",
    "ftp://github.com/owner/repo",
    "owner/repo",
  ])("is refused where it is none: %s", (target) => {
    expect(githubForm.wrongTarget(target, RULES)).toEqual(expect.any(String));
  });

  test.each([
    "https://gitlab.com/group",
    "https://gitlab.com/",
    "https://gitlab.com/a/%2e%2e",
    "https://gitlab.com/a b/c",
  ])("of GitLab is refused where it is none: %s", (target) => {
    expect(gitlabForm.wrongTarget(target, RULES)).toEqual(expect.any(String));
  });
});

describe("an e-mail address", () => {
  test.each(["team@example.com", "a.b+c@mail.example.org", "o'neil@xn--bcher-kva.example"])(
    "is taken: %s",
    (target) => {
      expect(emailForm.wrongTarget(target, RULES)).toBeUndefined();
    },
  );

  test.each([
    "team",
    "team@localhost",
    "a@example.com, b@example.com",
    "Team <team@example.com>",
    "team@example.com\r\nBcc: other@example.com",
    "team@example.com\n",
    '"a b"@example.com',
    "a..b@example.com",
    "team@exa mple.com",
    "team@[127.0.0.1]",
    `${"a".repeat(250)}@example.com`,
    "mailto:team@example.com",
  ])("is refused: %j", (target) => {
    expect(emailForm.wrongTarget(target, RULES)).toContain("must be one e-mail address");
  });

  test("is refused where the installation sends no e-mail, in words for who runs it", () => {
    const problem = emailForm.wrongTarget("team@example.com", { ...RULES, email: false });
    expect(problem).toContain("EMAIL_FROM");
  });
});
