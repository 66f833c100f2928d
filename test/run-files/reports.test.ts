import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { pruneEnded } from "../../src/jobs/prune-ended.ts";
import { refusalIn } from "../http/refusals.ts";
import { failed, jobPath, junit, passed, running, sendReport } from "../results/junit.ts";
import { runStep } from "../steps.ts";
import { HOUR, type Ready, World } from "../world.ts";

const REPORT = junit(...passed("one"), failed("two", "<script>alert(1)</script>"));

const reported = async (world = new World()) => {
  const ready = await running(world, ["one", "three"]);
  expect(await sendReport(world, ready, REPORT, { name: "junit.xml" })).toMatchObject({ status: 200 });
  return { world, ready, path: jobPath(ready) };
};

describe("GET .../jobs/{j}/reports", () => {
  test("lists the reports of an attempt, and each is read as it was sent, for saving", async () => {
    const { world, ready, path } = await reported();
    await sendReport(world, ready, "<testsuites/>", { name: encodeURIComponent("ä <b>.html") });
    expect((await world.get(`${path}/reports`)).body).toEqual([
      { name: "junit.xml", attempt: 1, bytes: REPORT.length, at: expect.any(String) },
      { name: "ä <b>.html", attempt: 1, bytes: 13, at: expect.any(String) },
    ]);
    const whole = await world.get(`${path}/reports/junit.xml`);
    expect([whole.status, whole.text]).toEqual([200, REPORT]);
    expect(whole.headers.get("content-type")).toBe("application/octet-stream");
    expect(whole.headers.get("content-disposition")).toBe(
      "attachment; filename=\"junit.xml\"; filename*=UTF-8''junit.xml",
    );
    expect(whole.headers.get("content-security-policy")).toContain("sandbox");
    expect(whole.headers.get("x-content-type-options")).toBe("nosniff");
    const named = await world.get(`${path}/reports/${encodeURIComponent("ä <b>.html")}?attempt=1`);
    expect([named.text, named.headers.get("content-disposition")]).toEqual([
      "<testsuites/>",
      "attachment; filename=\"___b_.html\"; filename*=UTF-8''%C3%A4%20%3Cb%3E.html",
    ]);
  });

  test("gives one sent by gzip unpacked, and one sent again as it was sent last", async () => {
    const { world, ready, path } = await reported();
    const packed = new Response(new Blob([REPORT]).stream().pipeThrough(new CompressionStream("gzip")));
    await world.put(`${path}/attempts/1/reports/packed.xml`, new Uint8Array(await packed.arrayBuffer()), {
      headers: { "Content-Encoding": "gzip" },
    });
    expect((await world.get(`${path}/reports/packed.xml`)).text).toBe(REPORT);
    await sendReport(world, ready, junit(...passed("one")));
    expect((await world.get(`${path}/reports/junit.xml`)).text).toBe(junit(...passed("one")));
  });

  test("is a 404 for what is not there, a file that is no report, and what another may not see", async () => {
    const { world, ready, path } = await reported();
    await world.put(`${path}/attempts/1/artifacts/a.txt`, "x", { headers: { "Content-Length": "1" } });
    refusalIn(await world.get(`${path}/reports/a.txt`), 404);
    refusalIn(await world.get(`${path}/reports/junit.xml?attempt=2`), 404);
    refusalIn(await world.get(`${path}/reports?attempt=2`), 404);
    const other = await running(world);
    const elsewhere = jobPath({ projectId: other.projectId, jobId: ready.jobId });
    refusalIn(await world.get(`${elsewhere}/reports`), 404);
    refusalIn(await world.get(`${elsewhere}/reports/junit.xml`), 404);
    await env.RESULTS.delete(`projects/${ready.projectId}/jobs/${ready.jobId}/attempts/1/reports/junit.xml`);
    refusalIn(await world.get(`${path}/reports/junit.xml`), 404);
  });
});

describe("when a job's row is gone", () => {
  const old = async () => {
    const world = new World({ settings: { RETENTION_DAYS: "1", REPORT_DAYS: "700" } });
    const { ready, path } = await reported(world);
    await world.report(ready.projectId, ready.jobId, "COMPLETED");
    world.advance(3 * 24 * HOUR);
    await runStep(pruneEnded, world, { queries: 500 });
    refusalIn(await world.get(path), 404);
    return { world, ready, path };
  };

  test("its results, their export and its reports are read as before, and nothing is missing", async () => {
    const { world, path } = await old();
    const results = await world.get(`${path}/results`);
    expect(results.body).toMatchObject([
      { title: "one" },
      { title: "two", message: "<script>alert(1)</script>" },
    ]);
    expect((await world.get(`${path}/results?outcome=missing`)).body).toEqual([]);
    expect((await world.get(`${path}/results?outcome=red&attempt=1`)).body).toMatchObject([{ title: "two" }]);
    expect((await world.get(`${path}/exports/results.csv`)).text).toContain("two");
    expect((await world.get(`${path}/reports`)).body).toMatchObject([{ name: "junit.xml" }]);
    expect((await world.get(`${path}/reports/junit.xml`)).text).toBe(REPORT);
  });

  test("what it never had is a 404, and a wrong field comes after that", async () => {
    const { world, ready, path } = await old();
    for (const part of ["results", "reports", "reports/junit.xml"])
      refusalIn(await world.get(`${path}/${part}?attempt=2`), 404);
    const unknown = jobPath({ projectId: ready.projectId, jobId: ready.jobId + 1000 });
    for (const part of ["results?limit=0", "reports", "reports/junit.xml", "exports/results.csv"])
      refusalIn(await world.get(`${unknown}/${part}`), 404);
    refusalIn(await world.get(`${path}/results?limit=0`), 400);
    const other = await world.ready();
    refusalIn(await world.get(`${jobPath({ projectId: other.projectId, jobId: ready.jobId })}/results`), 404);
    refusalIn(await world.get(`${jobPath({ projectId: 999_999, jobId: ready.jobId })}/results`), 404);
  });

  test("a token of its host reads them, and one of another host does not", async () => {
    const { world, ready, path } = await old();
    const other: Ready = await world.ready();
    const statuses = async (hostId: number) => {
      const token = await world.token("host", { host_server_id: hostId });
      const parts = ["results", "reports", "reports/junit.xml", "exports/results.csv"];
      return Promise.all(parts.map(async (part) => (await world.get(`${path}/${part}`, { token })).status));
    };
    expect(await statuses(ready.hostId)).toEqual([200, 200, 200, 200]);
    expect(await statuses(other.hostId)).toEqual([404, 404, 404, 404]);
  });
});
