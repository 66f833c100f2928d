import { expect, test } from "vitest";
import { z } from "zod";
import {
  SAMPLE_JOB_TIME,
  SAMPLE_PROJECT,
  SAMPLE_TEST_RUN,
  SEED_SAMPLES,
  type SeedSample,
  samplePath,
  shapeOf,
} from "../seed-samples.ts";
import { type Answer, World } from "../world.ts";

const idIn = ({ body, text }: Answer, field: string): number => {
  const id = z.record(z.string(), z.unknown()).parse(body)[field];
  expect(id, text).toBeTypeOf("number");
  return Number(id);
};

test("every sample request of the specification, as printed, is answered with the sample's fields, types and order", async () => {
  const world = new World({ now: Date.parse("2015-03-25T03:07:13Z") });
  const ids: Record<string, number> = { project: SAMPLE_PROJECT.id };
  const send = async (name: string, sample: SeedSample, status: number): Promise<Answer> => {
    const headers = new Headers(sample.headers.map(([header, value]): [string, string] => [header, value]));
    const answer = await world.request(sample.method, samplePath(sample, ids), {
      headers: Object.fromEntries(headers),
      ...(sample.body === undefined ? {} : { body: sample.body }),
    });
    expect(answer.status, `${name}: ${answer.text}`).toBe(status);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(shapeOf(answer.body), name).toBe(shapeOf(sample.answer));
    if (!Array.isArray(answer.body)) expect(answer.body, name).toMatchObject(sample.values);
    return answer;
  };
  await world.post("/api/v3/projects", SAMPLE_PROJECT);
  await world.post("/api/v3/projects/10/automation/test-runs", [SAMPLE_TEST_RUN]);

  ids.host = idIn(await send("register", SEED_SAMPLES.registerHost, 201), "host_server_id");
  expect(idIn(await send("register again", SEED_SAMPLES.registerHost, 200), "host_server_id")).toBe(ids.host);
  await send("update", SEED_SAMPLES.updateHost, 200);
  const pong = await send("ping", SEED_SAMPLES.pingHost, 200);
  expect(pong.text).toBe('{"received_time":"2015-03-25T03:07:13+00:00","pong_message":"true"}');
  ids.agent = idIn(await send("create an agent", SEED_SAMPLES.createAgent, 201), "agent_server_id");
  expect(idIn(await send("create it again", SEED_SAMPLES.createAgent, 200), "agent_server_id")).toBe(
    ids.agent,
  );
  await send("update the agent", SEED_SAMPLES.updateAgent, 200);
  await send("deactivate", SEED_SAMPLES.deactivateAgent, 200);
  await send("activate", SEED_SAMPLES.activateAgent, 200);
  await world.schedule(10, ids.agent, {
    at: Date.parse("2015-03-25T03:01:48Z"),
    testRunIds: [SAMPLE_TEST_RUN?.test_run_id ?? 0],
    facts: { start_date: SAMPLE_JOB_TIME },
  });
  const polled = await send("poll", SEED_SAMPLES.pollJobs, 200);
  const [job] = z
    .array(z.looseObject({ job_id: z.int() }))
    .length(1)
    .parse(polled.body);
  expect(job).toMatchObject({
    project_id: 10,
    host_server_id: ids.host,
    status: "PLANNED",
    agent_server_id: ids.agent,
    agent_id: 29,
    automation_materials: [SAMPLE_TEST_RUN],
    start_date: "2015-03-25T03:01:48+00:00",
  });
  ids.job = job?.job_id ?? 0;
  expect(await world.report(10, ids.job, "RUNNING")).toMatchObject({ status: 200 });
  await send("report", SEED_SAMPLES.reportJob, 200);
});
