import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exposition, familyLines, histogramLines } from "../../src/metrics/open-metrics.ts";
import { faulty } from "../fault-injection.ts";
import { HOUR, World } from "../world.ts";
import { readOpenMetrics } from "./open-metrics-reader.ts";
import { newWorld, scrape } from "./scrape.ts";

const FAMILIES = [
  "cicd_worker_count gauge",
  "cicd_pipeline_run_active gauge",
  "cicd_pipeline_run_duration_seconds histogram",
  "cicd_pipeline_run_errors counter",
  "muster_jobs gauge",
  "muster_jobs_ended counter",
  "muster_job_wait_seconds histogram",
  "muster_oldest_due_job_age_seconds gauge",
  "muster_webhook_tries_failed counter",
  "muster_webhook_deliveries_dead counter",
  "muster_tick_step_age_seconds gauge",
];

describe("/metrics is OpenMetrics, read strictly", () => {
  test("of a new installation, and of one with runs, with each family and its help", async () => {
    const world = newWorld();
    const empty = await scrape(world);
    expect(empty).toMatchObject({
      status: 200,
      type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    });
    const ready = await world.ready({ jobs: 2 });
    for (const [place, end] of ["COMPLETED", "FAILED"].entries()) {
      await world.report(ready.projectId, ready.jobIds[place] ?? 0, "RUNNING");
      world.advance(1234 * (place + 1));
      await world.report(ready.projectId, ready.jobIds[place] ?? 0, end);
    }
    await world.tick();
    world.advance(HOUR);
    for (const { text } of [empty, await scrape(world)]) {
      const families = readOpenMetrics(text);
      expect(families.map(({ name, type }) => `${name} ${type}`)).toEqual(FAMILIES);
      for (const { name, help, unit, samples } of families) {
        expect(help, name).toMatch(/^[A-Z].*\.$/);
        expect(unit, name).toBe(name.endsWith("_seconds") ? "seconds" : undefined);
        if (name !== "muster_tick_step_age_seconds") expect(samples.length, name).toBeGreaterThan(0);
      }
    }
  });

  test("and is no half of it where D1 does not answer", async () => {
    const faults = faulty();
    const world = new World({ seam: faults.seam });
    await scrape(world);
    faults.fail({ to: "d1", when: "before", times: 50 });
    const { status, text } = await scrape(world);
    expect([status, text.includes("# EOF")]).toEqual([503, false]);
  });
});

test("whatever stands in labels and helps is read as it was written", () => {
  const text = fc.string({ unit: fc.constantFrom(...'\\"\n,={}#né \u{1f600}', "a") });
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 3 }),
      text,
      fc.double({ noNaN: true }).map((value) => value + 0),
      (values, help, value) => {
        const labels = Object.fromEntries(values.map((each, place) => [`l${place}`, each]));
        const lines = familyLines({ name: "some", type: "gauge", help, samples: [{ labels, value }] });
        const [read] = readOpenMetrics(exposition([lines]).replaceAll("Infinity", "Inf"));
        expect(read).toMatchObject({ help, samples: [{ labels, value }] });
      },
    ),
  );
});

test("buckets of any bounds count up, and have the last", () => {
  const bounds = fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(bounds, fc.array(fc.nat(9), { minLength: 7, maxLength: 7 }), (found, numbers) => {
      const sorted = found.toSorted((one, other) => one - other).map((bound) => bound / 10);
      const counts = new Map(
        [...sorted.map(String), "+Inf"].map((bound, place) => [bound, numbers[place] ?? 0]),
      );
      const series = ["a", "b"].map((label) => ({ labels: { label }, counts, sum: 7.5 }));
      const lines = histogramLines({
        name: "took_seconds",
        unit: "seconds",
        help: "x",
        bounds: sorted,
        series,
      });
      const [read] = readOpenMetrics(exposition([lines]));
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      expect(
        read?.samples.filter(({ name }) => name === "took_seconds_count").map(({ value }) => value),
      ).toEqual([total, total]);
    }),
  );
});

/** A good exposition, and how each rule of the form is broken in it. */
const GOOD = `# TYPE jobs counter
# HELP jobs Ended \\"jobs\\".
jobs_total{status="a\\n"} 3
jobs_total{status="b"} 1e3
# TYPE took_seconds histogram
# UNIT took_seconds seconds
took_seconds_bucket{le="0.5"} 1
took_seconds_bucket{le="1.0"} 2
took_seconds_bucket{le="+Inf"} 2
took_seconds_count 2
took_seconds_sum 0.75
# TYPE up gauge
up -1
# EOF
`;

describe("the reader", () => {
  test("takes what is good", () => {
    expect(readOpenMetrics(GOOD).map(({ name, samples }) => [name, samples.length])).toEqual([
      ["jobs", 2],
      ["took_seconds", 5],
      ["up", 1],
    ]);
  });

  test.each([
    ["no end", "# EOF\n", ""],
    ["no line's end behind the end", "# EOF\n", "# EOF"],
    ["more behind the end", "# EOF\n", "# EOF\nup 1\n"],
    ["an empty line", "up -1\n", "up -1\n\n"],
    ["a comment", "up -1\n", "# so it is\nup -1\n"],
    ["lines of another system", "up -1\n", "up -1\r\n"],
    ["a counter without _total", 'jobs_total{status="b"}', 'jobs{status="b"}'],
    ["a counter below zero", "1e3", "-1"],
    ["a counter that is no number", "1e3", "NaN"],
    ["a number that is none", "up -1", "up 1.2.3"],
    ["a hexadecimal number", "up -1", "up 0x10"],
    ["two spaces", "up -1", "up  -1"],
    ["a sample twice", 'status="b"', 'status="a\\n"'],
    ["a label twice", 'status="b"', 'status="b",status="c"'],
    ["a comma behind the last label", 'status="b"', 'status="b",'],
    ["an escape that is none", "a\\n", "a\\t"],
    ["a quote that is not escaped", "a\\n", 'a"'],
    ["a help that is not escaped", '\\"jobs\\"', '"jobs"'],
    ["a type behind samples", "# TYPE up gauge\nup -1", "up -1\n# TYPE up gauge"],
    ["a second type", "# TYPE up gauge\n", "# TYPE up gauge\n# TYPE up gauge\n"],
    ["a family that comes again", "# EOF", '# TYPE jobs counter\njobs_total{status="c"} 1\n# EOF'],
    ["a family with the name of another's samples", "# EOF", "# TYPE jobs_total gauge\njobs_total 1\n# EOF"],
    ["a unit that its name does not end with", "# UNIT took_seconds seconds", "# UNIT took_seconds ms"],
    ["a bound that is no float", 'le="1.0"', 'le="1"'],
    ["a bound below the one before", 'le="1.0"', 'le="0.25"'],
    ["a bucket below the one before", 'le="1.0"} 2', 'le="1.0"} 0'],
    ["no bucket up to +Inf", 'took_seconds_bucket{le="+Inf"} 2\n', ""],
    ["a count beside the last bucket", "took_seconds_count 2", "took_seconds_count 3"],
    ["no sum", "took_seconds_sum 0.75\n", ""],
    ["le of a gauge", "up -1", 'up{le="1.0"} -1'],
    [
      "a series in two parts",
      "took_seconds_sum 0.75\n",
      'took_seconds_count{a="b"} 0\ntook_seconds_sum 0.75\n',
    ],
  ])("refuses %s", (_, from, to) => {
    expect(GOOD).toContain(from);
    expect(() => readOpenMetrics(GOOD.replace(from, to))).toThrow();
  });
});
