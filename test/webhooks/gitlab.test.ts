import { describe, expect, test } from "vitest";
import { ended, FAILED, gitlab, LINK, NO_TESTS, red, SHA, started } from "./commit-scene.ts";

describe("the status of a commit at GitLab", () => {
  test("is pending when the run starts, then its outcome", async () => {
    const { forge, tell } = gitlab();
    await tell(started());
    expect(forge.statuses).toEqual([
      {
        ...{ sha: SHA, state: "pending", name: "Muster / Nightly" },
        ...{ description: "running", target_url: LINK },
      },
    ]);
    await tell(ended("COMPLETED", { counts: { ...NO_TESTS, passed: 3 } }));
    expect(forge.statuses).toMatchObject([{ state: "success", description: "3 of 3 tests passed" }]);
    await tell(started({ id: 648 }));
    await tell(ended("CANCELLED", { id: 648 }));
    await tell(started({ id: 649, commit: SHA.slice(0, 7) }));
    await tell(ended("FAILED", { id: 649, reason: "run_limit" }));
    expect(forge.statuses.map(({ state }) => state)).toEqual(["success", "canceled", "failed"]);
    expect(forge.notes).toEqual([]);
  });

  test("comes with a comment of the failed tests, once", async () => {
    const { forge, tell } = gitlab();
    const event = ended("FAILED", { counts: red });
    for (let tries = 0; tries < 3; tries++)
      expect(await tell(event, { failed: FAILED })).toMatchObject({ is: "taken" });
    expect(forge.notes).toEqual([
      {
        sha: SHA,
        note: [
          "<!-- muster-job-647-1 -->",
          `[job 647](${LINK}): 3 of 41 tests failed, 1 missing`,
          "",
          "- ``cart › adds `two` @all``: `expected 2, got 1 [see](https://evil.example)`",
          "- `checkout`: `it failed`",
          "- and 1 more",
        ].join("\n"),
      },
    ]);
    await tell(ended("FAILED", { counts: red, attempt: 2 }), { failed: FAILED });
    expect(forge.notes).toHaveLength(2);
  });

  test("finds its comment among many, and makes it after a lost answer only if it is not there", async () => {
    const { forge, tell } = gitlab();
    for (let each = 0; each < 150; each++) forge.notes.push({ sha: SHA, note: `note ${each}` });
    const event = ended("FAILED", { counts: red });
    forge.next = [{ status: 201 }, { status: 200, body: [] }, "lost"];
    expect(await tell(event, { failed: FAILED })).toMatchObject({ is: "failed" });
    expect(await tell(event, { failed: FAILED })).toMatchObject({ is: "taken" });
    expect(forge.notes).toHaveLength(151);
  });

  test("that is set again is taken, one of an unknown commit is left, and a wrong token is tried again", async () => {
    const { forge, tell } = gitlab();
    await tell(started());
    expect(await tell(started())).toMatchObject({ is: "taken", note: "the status was set before" });
    expect(forge.statuses).toHaveLength(1);
    const commit = "0".repeat(40);
    expect(await tell(started({ commit }))).toMatchObject({ is: "taken", status: 404 });
    expect(await tell(started(), { credential: "wrong" })).toMatchObject({ is: "failed", status: 401 });
    forge.next = [{ status: 404, body: { message: "404 Project Not Found" } }];
    expect(await tell(started())).toMatchObject({ is: "failed", status: 404 });
  });
});
