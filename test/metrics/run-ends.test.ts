import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { FAR_START, fireAlarms, lease, oneLease, reportUnder } from "../lease-client.ts";
import { failed, junit, passed, running, sendReport } from "../results/junit.ts";
import { HOUR, MINUTE, type Ready, World } from "../world.ts";
import { growth, newWorld, scrape } from "./scrape.ts";

const TOOK = "cicd_pipeline_run_duration_seconds_count";
const ERRORS = "cicd_pipeline_run_errors_total";

/** The samples of runs' ends and errors that grow by what is done, by their labels. */
const grown = async (world: World, doing: () => Promise<unknown>) => {
  const of = await growth(world, doing);
  const { text } = await scrape(world);
  const samples = text.split("\n").flatMap((line) => {
    const sample = line.slice(0, line.lastIndexOf(" "));
    return [TOOK, ERRORS].some((name) => sample.startsWith(`${name}{`)) ? [sample] : [];
  });
  return Object.fromEntries(
    samples.flatMap((sample) => {
      const more = of(sample);
      return more === 0 ? [] : [[sample, more]];
    }),
  );
};

const ended = (result: string, error?: string) => ({
  [`${TOOK}{cicd_pipeline_run_state="executing",cicd_pipeline_result="${result}"${
    error === undefined ? "" : `,error_type="${error}"`
  }}`]: 1,
  ...(error === undefined ? {} : { [`${ERRORS}{error_type="${error}"}`]: 1 }),
});

const end = (world: World, { projectId, jobId }: Pick<Ready, "projectId" | "jobId">, said: object) =>
  world.put(`/api/v3/projects/${projectId}/automation/jobs/${jobId}/status`, said);

describe("a run ends in the words of OpenTelemetry's conventions", () => {
  test.each<[what: string, said: object, result: string, error?: string]>([
    ["that passed", { status: "COMPLETED" }, "success"],
    ["that a person or its host cancelled", { status: "CANCELLED" }, "cancellation"],
    ["that its host says failed", { status: "FAILED" }, "failure", "_OTHER"],
    ["that failed for a cause of the host's own", { status: "FAILED", cause: "x" }, "failure", "_OTHER"],
    [
      "that its host ended at its time limit",
      { status: "FAILED", cause: "time_limit" },
      "timeout",
      "run_limit",
    ],
    ["that a full disk ended", { status: "FAILED", cause: "disk_full" }, "error", "disk_full"],
  ])("%s", async (_, said, result, error) => {
    const world = newWorld();
    const ready = await running(world);
    const found = await grown(world, async () => {
      expect(await end(world, ready, said)).toMatchObject({ status: 200 });
      await world.tick();
      await world.tick();
    });
    expect(found).toEqual(ended(result, error));
  });

  test.each([
    ["failed", junit(failed("adds")), "tests_failed"],
    ["are missing", junit(...passed("another")), "tests_missing"],
  ])("that its host says passed, and whose tests %s", async (_, report, error) => {
    const world = newWorld();
    const ready = await running(world, ["adds"]);
    await sendReport(world, ready, report);
    const found = await grown(world, async () => {
      expect(await end(world, ready, { status: "COMPLETED" })).toMatchObject({ status: 200 });
      await world.tick();
    });
    expect(found).toEqual(ended("failure", error));
  });

  test("over its time limit, which the clock ends", async () => {
    const world = newWorld();
    const { projectId, agentId } = await world.ready();
    const { jobId } = await world.schedule(projectId, agentId, { facts: { allocated_minutes: 10 } });
    await world.report(projectId, jobId, "RUNNING");
    const found = await grown(world, async () => {
      world.advance(HOUR / 2);
      await world.tick();
    });
    expect(found).toEqual(ended("timeout", "run_limit"));
  });

  test("whose host is lost; a late report that corrects it counts as no second end, nor as an error", async () => {
    const world = newWorld();
    const { projectId, jobId, hostId, guid } = await world.ready({ jobs: 1 });
    await world.ping(hostId, guid);
    await world.report(projectId, jobId, "RUNNING");
    const found = await grown(world, async () => {
      world.advance(2 * HOUR);
      await world.tick();
    });
    expect(found).toEqual(ended("error", "host_lost"));
    const late = await grown(world, async () => {
      expect(await world.report(projectId, jobId, "COMPLETED")).toMatchObject({ status: 200 });
      world.advance(MINUTE);
      await world.tick();
    });
    expect(late).toEqual({});
  });
});

test("runs that were counted before failures had reasons are failures of any kind", async () => {
  const world = newWorld();
  const labels = 'cicd_pipeline_run_state="executing",cicd_pipeline_result="failure",error_type="_OTHER"';
  const found = await growth(world, () =>
    env.DB.prepare(
      `INSERT INTO metrics (name, labels, value) VALUES ('run', 'failure,300', 5), ('lost', '', 2)
       ON CONFLICT DO UPDATE SET value = value + excluded.value`,
    ).run(),
  );
  expect(found(`${TOOK}{${labels}}`)).toBe(5);
  expect(found(`${ERRORS}{error_type="host_lost"}`)).toBe(2);
});

test("no sample names a schedule or a project, which could be any number", async () => {
  const world = newWorld();
  const { projectId, agentId } = await world.ready();
  const { jobId } = await world.schedule(projectId, agentId, { facts: { name: "Unmistakable" } });
  await world.report(projectId, jobId, "RUNNING");
  await world.report(projectId, jobId, "COMPLETED");
  await world.tick();
  expect((await scrape(world)).text).not.toContain("Unmistakable");
});

// The last of the file, for its time is the latest.
test("an attempt that is lost and planned again is an error, and no end", async () => {
  const world = new World({ now: FAR_START });
  const { projectId, agentId, hostId } = await world.ready();
  const facts = { on_lost: "requeue", max_attempts: 2 };
  const { jobId } = await world.schedule(projectId, agentId, { facts });
  const { lease_id: leaseId } = oneLease(await lease(world, hostId));
  await reportUnder(world, { projectId, jobId, status: "RUNNING", leaseId });
  const found = await grown(world, async () => {
    world.advance(2 * MINUTE);
    await fireAlarms(world, hostId);
    await world.tick();
  });
  expect(await world.job(projectId, jobId)).toMatchObject({ attempt: 2 });
  expect(found).toEqual({ [`${ERRORS}{error_type="host_lost"}`]: 1 });
});
