import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { type Answer, HOUR, type Ready, World } from "../world.ts";
import { failed, jobPath, junit, passed, runAgain, running, sendReport } from "./junit.ts";

const testsPath = ({ projectId }: Ready) => `/api/v3/projects/${projectId}/automation/tests`;

const titlesIn = ({ body }: Answer): string[] =>
  z
    .array(z.looseObject({ title: z.string() }))
    .parse(body)
    .map(({ title }) => title);

const testIn = ({ body }: Answer, title: string): number =>
  z
    .array(z.looseObject({ title: z.string(), test_id: z.int() }))
    .parse(body)
    .find((each) => each.title === title)?.test_id ?? 0;

/** A project in which `steady` passed thrice, `breaks` failed from the second run on, and `slow` took longer in the last. */
const threeRuns = async () => {
  const world = new World();
  const first = await running(world);
  const slow = { name: "slow", seconds: 1 };
  await sendReport(world, first, junit(...passed("steady", "breaks"), slow));
  world.advance(HOUR);
  const second = await runAgain(world, first);
  await sendReport(world, second, junit(...passed("steady"), failed("breaks", "id 17 is not 18"), slow));
  world.advance(HOUR);
  const third = await runAgain(world, first);
  const slower = { name: "slow", seconds: 2 };
  await sendReport(world, third, junit(...passed("steady"), failed("breaks", "id 3 is not 4"), slower));
  return { world, first, second, third };
};

describe("GET .../jobs/{j}/results", () => {
  test("says of each failure its message, its kind, its last runs and since which job it fails", async () => {
    const { world, second, third } = await threeRuns();
    const { body } = await world.get(`${jobPath(third)}/results?outcome=red`);
    expect(body).toMatchObject([
      {
        title: "breaks",
        suites: ["all"],
        outcome: "failed",
        message: "id 3 is not 4",
        group: "id <n> is not <n>",
        recent: "ffp",
        failing_since_job_id: second.jobId,
        duration_ms: 1000,
        attempts: 1,
        report: "junit.xml",
      },
    ]);
  });

  test("picks outcomes, and comes page by page", async () => {
    const world = new World();
    const ready = await running(world);
    const cases = [...passed("a", "b", "c"), failed("d"), { name: "e", outcome: "skipped" as const }];
    await sendReport(world, ready, junit(...cases));
    const path = `${jobPath(ready)}/results`;
    expect(titlesIn(await world.get(`${path}?outcome=passed`))).toEqual(["a", "b", "c"]);
    expect(titlesIn(await world.get(`${path}?outcome=failed`))).toEqual(["d"]);
    expect(titlesIn(await world.get(`${path}?outcome=skipped`))).toEqual(["e"]);
    expect(titlesIn(await world.get(`${path}?outcome=error`))).toEqual([]);
    const seen: string[] = [];
    let next: string | null = `${path}?limit=2`;
    while (next !== null) {
      const page = await world.get(next);
      seen.push(...titlesIn(page));
      const link = /^<(.+)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
      next = link === undefined ? null : new URL(link).pathname + new URL(link).search;
    }
    expect(seen).toEqual(["a", "b", "c", "d", "e"]);
    expect(refusedField(await world.get(`${path}?outcome=broken`), "outcome")).toBeUndefined();
  });

  test("of a job without a report is empty, of an attempt that was not a 404", async () => {
    const world = new World();
    const ready = await running(world);
    expect((await world.get(`${jobPath(ready)}/results`)).body).toEqual([]);
    expect((await world.get(`${jobPath(ready)}/results?outcome=missing`)).body).toEqual([]);
    refusalIn(await world.get(`${jobPath(ready)}/results?attempt=2`), 404);
  });

  test("another project's job is not found under this one's path", async () => {
    const world = new World();
    const [mine, other] = [await running(world), await running(world)];
    await sendReport(world, other, junit(...passed("secret")));
    const path = jobPath({ projectId: mine.projectId, jobId: other.jobId });
    refusalIn(await world.get(`${path}/results`), 404);
    refusalIn(await world.put(`${path}/attempts/1/reports/x.xml`, junit()), 404);
    refusalIn(await world.get(`${jobPath(mine)}/compare/${other.jobId}`), 404);
  });
});

describe("GET .../automation/tests", () => {
  test("lists a project's tests by failures, slowness or the last run", async () => {
    const { world, first, third } = await threeRuns();
    const path = testsPath(first);
    expect(titlesIn(await world.get(`${path}?sort=failures`))).toEqual(["breaks"]);
    expect(titlesIn(await world.get(`${path}?sort=slowness`))[0]).toBe("slow");
    const recent = await world.get(`${path}?sort=recent&limit=2`);
    expect(titlesIn(recent)).toHaveLength(2);
    expect(recent.headers.get("link")).toMatch(/after=2/);
    expect(titlesIn(await world.get(`${path}?sort=recent&limit=2&after=2`))).toHaveLength(1);
    const { body } = await world.get(`${path}?sort=failures`);
    expect(body).toMatchObject([{ failures: 2, recent: "ffp", last_job_id: third.jobId }]);
  });

  test("finds tests by part of their names, and by the words of their failures", async () => {
    const { world, first } = await threeRuns();
    const path = testsPath(first);
    expect(titlesIn(await world.get(`${path}?search=TEAD`))).toEqual(["steady"]);
    expect(titlesIn(await world.get(`${path}?search=nothing`))).toEqual([]);
    expect(titlesIn(await world.get(`${path}?failure=${encodeURIComponent('"is not')}`))).toEqual(["breaks"]);
    expect(titlesIn(await world.get(`${path}?failure=elsewhere`))).toEqual([]);
    expect(titlesIn(await world.get(`${path}?failure=${encodeURIComponent("not -> id")}`))).toEqual([
      "breaks",
    ]);
    expect(titlesIn(await world.get(`${path}?failure=${encodeURIComponent('"-> *" :(')}`))).toEqual([]);
    refusedField(await world.get(`${path}?search=ab`), "search");
  });

  test("finds tests by the details of their failures, until these are replaced", async () => {
    const { world, first, third } = await threeRuns();
    const path = `${testsPath(first)}?failure=${encodeURIComponent("cart.js:12")}`;
    const detail = `at Cart.pay (cart.js:12)\n${"x ".repeat(2000)} beyond`;
    const other = { ...failed("slow"), detail: "at Other.run (other.js:12)" };
    await sendReport(world, third, junit({ ...failed("breaks"), detail }, other));
    expect(titlesIn(await world.get(path))).toEqual(["breaks"]);
    expect(titlesIn(await world.get(`${testsPath(first)}?failure=beyond`))).toEqual([]);
    await sendReport(world, third, junit(...passed("breaks"), other));
    expect(titlesIn(await world.get(path))).toEqual([]);
  });

  test("a test's history is listed newest first, with the job and host of each", async () => {
    const { world, first, second, third } = await threeRuns();
    const id = testIn(await world.get(testsPath(first)), "breaks");
    const path = `${testsPath(first)}/${id}/history`;
    const { body } = await world.get(path);
    expect(body).toMatchObject([
      { job_id: third.jobId, outcome: "failed", host_server_id: first.hostId, message: "id 3 is not 4" },
      { job_id: second.jobId, outcome: "failed" },
      { job_id: first.jobId, outcome: "passed", message: null },
    ]);
    const page = await world.get(`${path}?limit=1`);
    const link = new URL(/^<(.+)>/.exec(page.headers.get("link") ?? "")?.[1] ?? "");
    expect((await world.get(link.pathname + link.search)).body).toMatchObject([{ job_id: second.jobId }]);
  });

  test("a test of another project is not found", async () => {
    const { world, first } = await threeRuns();
    const id = testIn(await world.get(testsPath(first)), "breaks");
    const other = await running(world);
    refusalIn(await world.get(`${testsPath(other)}/${id}`), 404);
    refusalIn(await world.get(`${testsPath(other)}/${id}/history`), 404);
    expect((await world.get(testsPath(other))).body).toEqual([]);
  });

  test("a test whose only failure is replaced by a better report does not fail any more", async () => {
    const world = new World();
    const run = await running(world);
    const broken = async () => {
      const { body } = await world.get(testsPath(run));
      return z
        .array(z.looseObject({ title: z.string() }))
        .parse(body)
        .find(({ title }) => title === "breaks");
    };
    await sendReport(world, run, junit(...passed("a", "b", "c"), failed("breaks")));
    expect(await broken()).toMatchObject({ failures: 1, failing_since_job_id: run.jobId });
    await sendReport(world, run, junit(...passed("a", "b", "c", "breaks")));
    expect(await broken()).toMatchObject({ failures: 0, failing_since_job_id: null });
  });

  test("a test that passes again is no longer failing, and one replaced by a better report never was", async () => {
    const { world, first, third } = await threeRuns();
    await sendReport(world, third, junit(...passed("steady", "breaks")));
    const { body } = await world.get(`${testsPath(first)}?sort=failures`);
    expect(body).toMatchObject([{ recent: "pfp", failing_since_job_id: null, failures: 1 }]);
  });
});
