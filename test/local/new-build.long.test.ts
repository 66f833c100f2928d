import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "../bench/build.ts";
import { migrate, type Runtime, startWorkers } from "../bench/workerd.ts";
import { makeHost, Process, readJob, schedule } from "./deployed-place.ts";

/*
 * What is left of sockets when another build is deployed. Here a deploy ends the whole runtime and keeps what is stored;
 * the platform ends one object after the other, and for some seconds Workers of one build call objects of the other,
 * which no local runtime does.
 */

const NAME = "muster";
const TOLD = "say hello first";
const TOLD_ANEW = "say hello before anything else";

const folder = mkdtempSync(join(tmpdir(), "muster-build-"));
let script = "";
let runtime: Runtime;

beforeAll(async () => {
  script = (await build(folder)).script;
  runtime = await startWorkers({ [NAME]: { script } });
  const [worker] = runtime.workers;
  if (worker) await migrate(worker.db);
}, 120_000);

afterAll(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true });
});

const namesOf = (leases: readonly { lease_id: string; attempt: number; job: { job_id: number } }[]) =>
  leases.map(({ lease_id, attempt, job }) => ({ lease_id, attempt, job: job.job_id }));

test("a host goes on over a deploy of another build: its runs, its offers, and what it says again", async () => {
  const { url } = runtime.workers[0] ?? {};
  if (!url) throw new Error("no Worker was started");
  const host = await makeHost(url);
  const { hostId, projectId } = host;
  for (const _ of ["begun", "accepted at the deploy", "offered"]) await schedule(url, host);
  const before = await new Process(url, hostId).opened();
  expect(await before.ask("ready", { slots: 3 })).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining(TOLD) },
  });
  await before.ask("hello", { owner: "keeps", slots: 3 });
  const leases = await before.offered(3);
  await before.ask("ready", { slots: 0 });
  const [begun, accepted, offered] = leases;
  if (!begun || !accepted || !offered) throw new Error("not enough was offered");
  expect(await before.ofRun("accept", begun)).toMatchObject({ status: 200 });
  await schedule(url, host);
  const forgetful = await new Process(url, hostId).opened();
  await forgetful.ask("hello", { owner: "forgets", slots: 1 });
  const [forgotten] = await forgetful.offered(1);
  const later = await schedule(url, host, 8000);
  // It may or may not be done: its answer is lost.
  const { lease_id, job } = accepted;
  before.say("accept", { lease_id, job_id: job.job_id, project_id: projectId });

  const next = await runtime.deploy(NAME, { script: script.replaceAll(TOLD, TOLD_ANEW) });
  expect(await before.closed).toBe(1006);
  await forgetful.closed;

  const after = await new Process(next, hostId).opened();
  expect(await after.ask("ready", { slots: 3 })).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining(TOLD_ANEW) },
  });
  const hello = await after.ask("hello", { owner: "keeps", slots: 0, running: namesOf(leases) });
  expect(hello).toMatchObject({
    status: 200,
    body: { running: leases.map((each) => ({ lease_id: each.lease_id, in_force: true })) },
  });
  expect(await after.received("settings")).toMatchObject({ again_within_seconds: 1 });
  for (const each of [begun, accepted, offered])
    expect(await after.ofRun("accept", each)).toMatchObject({ status: 200, body: { status: "RUNNING" } });
  for (const each of [begun, accepted, offered]) {
    expect(await after.ofRun("renew", each)).toMatchObject({ status: 200 });
    for (const _ of ["once", "again"])
      expect(await after.ofRun("report", each, { status: "COMPLETED" })).toMatchObject({ status: 200 });
    expect(await readJob(next, projectId, each.job.job_id)).toEqual({ status: "COMPLETED", begun: 1 });
  }

  const again = await new Process(next, hostId).opened();
  await again.ask("hello", { owner: "forgets", slots: 1 });
  const [anew] = await again.offered(1);
  expect(anew?.job.job_id).toBe(forgotten?.job.job_id);
  expect(anew?.lease_id).not.toBe(forgotten?.lease_id);

  await again.ask("ready", { slots: 0 });
  await after.ask("ready", { slots: 1 });
  const [due] = await after.offered(1);
  expect(due?.job.job_id).toBe(later);
  for (const each of [after, again]) each.close();
});
