import { describe, expect, test } from "vitest";
import type { EventData } from "../../src/webhooks/event-data.ts";
import type { FailedTest } from "../../src/webhooks/form.ts";
import { githubForm } from "../../src/webhooks/github.ts";
import { ended, FAILED, github, LINK, NO_TESTS, NOW, red, SHA, started, teller } from "./commit-scene.ts";
import { PERSONAL } from "./fake-forges.ts";

describe("the status of a commit at GitHub", () => {
  test("is pending when the run starts, then its outcome, under the name of the schedule and with a link", async () => {
    const { forge, tell } = github();
    expect(await tell(started())).toMatchObject({ is: "taken" });
    expect(await tell(ended("COMPLETED", { counts: { ...NO_TESTS, passed: 3 } }))).toMatchObject({
      is: "taken",
      status: 201,
    });
    const common = { sha: SHA, context: "Muster / Nightly", target_url: LINK };
    expect(forge.statuses).toEqual([
      { ...common, state: "pending", description: "running" },
      { ...common, state: "success", description: "3 of 3 tests passed" },
    ]);
  });

  test.each([
    [ended("COMPLETED"), "success", "completed"],
    [
      ended("COMPLETED", { counts: { ...NO_TESTS, passed: 1, skipped: 2 } }),
      "success",
      "1 of 3 tests passed, 2 skipped",
    ],
    [ended("FAILED", { counts: red, reason: "tests_failed" }), "failure", "3 of 41 tests failed, 1 missing"],
    [
      ended("FAILED", { counts: { ...NO_TESTS, passed: 1 }, reason: "host_lost" }),
      "error",
      "failed: host lost",
    ],
    [ended("FAILED", { exit_code: 3 }), "failure", "failed with exit code 3"],
    [ended("FAILED"), "failure", "failed"],
    [ended("CANCELLED", { reason: "expired" }), "error", "cancelled: expired"],
  ])("says of an end what it was: %#", async (event, state, description) => {
    const { forge, tell } = github();
    await tell(event);
    expect(forge.statuses).toMatchObject([{ state, description }]);
  });

  test("is set by the whole id of a commit that was given short, and left where there is none", async () => {
    const { forge, tell } = github();
    expect(await tell(started({ commit: SHA.slice(0, 8) }))).toMatchObject({ is: "taken" });
    expect(forge.statuses).toMatchObject([{ sha: SHA }]);
    for (const commit of ["0".repeat(40), "0000000"])
      expect(await tell(started({ commit }))).toMatchObject({
        is: "taken",
        note: `not told: the repository has no commit ${commit}`,
      });
    expect(await tell(started({ commit: null }))).toMatchObject({ is: "taken", status: null });
    expect(forge.statuses).toHaveLength(1);
  });

  test("comes with a check run of the failed tests where the token may make one", async () => {
    const { forge, tell } = github();
    forge.takesChecks = true;
    await tell(started());
    expect(forge.checks).toEqual([]);
    expect(await tell(ended("FAILED", { counts: red }), { failed: FAILED })).toMatchObject({ is: "taken" });
    expect(forge.checks).toMatchObject([
      {
        name: "Muster / Nightly",
        head_sha: SHA,
        external_id: "muster-job-647-1",
        conclusion: "failure",
        details_url: LINK,
        output: {
          title: "3 of 41 tests failed, 1 missing",
          summary:
            "- ``cart › adds `two` @all``: `expected 2, got 1 [see](https://evil.example)`\n- `checkout`: `it failed`\n- and 1 more",
          annotations: [
            {
              path: "test/cart.spec.ts",
              start_line: 41,
              end_line: 41,
              annotation_level: "failure",
              title: "cart › adds `two` @all",
              raw_details: "at test/cart.spec.ts:41:7",
            },
            { path: "checkout", start_line: 1, message: "it failed" },
          ],
        },
      },
    ]);
    await tell(ended("COMPLETED", { id: 648 }));
    expect(forge.checks).toMatchObject([{ conclusion: "failure" }, { conclusion: "success" }]);
  });

  test("has the first 50 failed tests and no more", async () => {
    const { forge, tell } = github();
    forge.takesChecks = true;
    const failed = Array.from(
      { length: 60 },
      (_, place): FailedTest => ({
        ...{
          file: "a.ts",
          title: `test ${place}`,
          message: "x".repeat(100_000),
          detail: "y".repeat(100_000),
        },
      }),
    );
    const counts = { ...NO_TESTS, failed: 60 };
    expect(await tell(ended("FAILED", { counts }), { failed })).toMatchObject({ is: "taken" });
    expect(forge.checks[0]?.output.annotations).toHaveLength(50);
    expect(forge.checks[0]?.output.summary).toContain("and 10 more");
  });

  test("is told once however often it is tried: answers that are lost make no second check run", async () => {
    const { forge, tell } = github();
    forge.takesChecks = true;
    const event = ended("FAILED", { counts: red });
    // The answers to the status and to the list of check runs arrive, that to the new one is lost.
    forge.next = [];
    const { send } = forge;
    let lost = 1;
    const tellOver = teller(githubForm, {
      target: "https://github.com/owner/repo",
      send: async (request) => {
        const answer = await send(request);
        return request.url.endsWith("/check-runs") && request.method === "POST" && lost-- > 0
          ? { status: null, why: "did not answer within 10 s" }
          : answer;
      },
    });
    expect(await tellOver(event, { failed: FAILED })).toMatchObject({ is: "failed" });
    for (let tries = 0; tries < 3; tries++)
      expect(await tellOver(event, { failed: FAILED })).toMatchObject({ is: "taken" });
    expect(forge.checks).toHaveLength(1);
    expect(forge.checks[0]?.output.annotations).toHaveLength(2);
    expect(new Set(forge.statuses.map((status) => JSON.stringify(status))).size).toBe(1);
    // The run ended otherwise after all.
    expect(await tell(ended("COMPLETED"))).toMatchObject({ is: "taken" });
    expect(forge.checks).toMatchObject([{ conclusion: "success" }]);
  });

  test("asks for no check run by a token of a person, of which GitHub takes none", async () => {
    const { forge, tell } = github();
    expect(await tell(ended("FAILED"))).toMatchObject({ is: "taken", status: 201 });
    expect(forge.seen.map(({ method }) => method)).toEqual(["POST", "GET"]);
    forge.seen.length = 0;
    await tell(ended("FAILED"), { credential: PERSONAL });
    expect(forge.seen.map(({ path }) => path)).toEqual([`/statuses/${SHA}`]);
  });

  test("waits where the limit is used up, and says what is wrong with a token", async () => {
    const { forge, tell } = github();
    const reset = NOW / 1000 + 600;
    const limited = { status: 403, headers: { "X-RateLimit-Reset": String(reset) } };
    forge.next = [limited];
    expect(await tell(started())).toMatchObject({ is: "failed", status: 403, notBefore: reset * 1000 });
    forge.next = [{ status: 429, headers: { "Retry-After": "30" } }];
    expect(await tell(started())).toMatchObject({ is: "failed", status: 429, notBefore: NOW + 30_000 });
    forge.takesChecks = true;
    forge.next = [{ status: 201 }, limited];
    expect(await tell(ended("FAILED"))).toMatchObject({ is: "failed", notBefore: reset * 1000 });
    const verdict = await tell(started(), { credential: "another" });
    expect(verdict).toMatchObject({ is: "failed", status: 401 });
    expect(verdict.note).not.toContain("another");
    forge.next = [{ status: 410 }];
    expect(await tell(started())).toMatchObject({ is: "failed", status: 410 });
    forge.next = [{ status: 503 }];
    expect(await tell(started())).toMatchObject({ is: "failed", notBefore: null });
  });

  test("is tested by reading the repository, and has no link where the service knows no address of its own", async () => {
    const { forge, tell } = github();
    const event: EventData = {
      type: "webhook.test",
      timestamp: "2026-03-02T10:00:00+00:00",
      data: { project: { id: 356, name: "Shop" }, webhook: { id: 3, name: "CI" }, by: "operator lab 7" },
    };
    expect(await tell(event)).toMatchObject({ is: "taken", status: 200 });
    expect(await tell(event, { credential: "wrong" })).toMatchObject({ is: "failed", status: 401 });
    expect(forge.statuses).toEqual([]);
    await tell(started(), { siteUrl: "" });
    expect(forge.statuses[0]?.target_url).toBeUndefined();
  });
});
