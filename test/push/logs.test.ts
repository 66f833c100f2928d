import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { FAR_START } from "../lease-client.ts";
import { type Ready, World } from "../world.ts";
import { HostSocket, type Offered, shareClock } from "./socket-client.ts";

/** A process with a run that it was offered on its socket. */
const aRun = async (token?: string) => {
  const world = shareClock(new World({ now: FAR_START }));
  const ready = await world.ready({ jobs: 1 });
  const host = await HostSocket.ready(world, ready.hostId, {}, token === undefined ? {} : { token });
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  return { world, ready, host, offer };
};

const chunkOf = ({ lease_id, attempt, job: { job_id, project_id } }: Offered) => ({
  ...{ lease_id, attempt, job_id, project_id },
});

const logPath = ({ projectId, jobId }: Ready): string =>
  `/api/v3/projects/${projectId}/automation/jobs/${jobId}`;

const logOf = async (world: World, ready: Ready): Promise<string> =>
  (await world.text("GET", `${logPath(ready)}/log`)).text;

test("a run's log is sent on the socket, and goes on by HTTP where it stood", async () => {
  const { world, ready, host, offer } = await aRun();
  await host.accept(offer);
  const chunk = chunkOf(offer);
  expect(await host.ask("log", { ...chunk, offset: 0, text: "äö\n" })).toMatchObject({
    status: 200,
    body: { next_offset: 5 },
  });
  const byHttp = `${logPath(ready)}/attempts/1/log?offset=5&lease_id=${offer.lease_id}`;
  expect(await world.post(byHttp, "two\n")).toMatchObject({ body: { next_offset: 9 } });
  expect(await host.ask("log", { ...chunk, offset: 9, text: "three\n", final: true })).toMatchObject({
    body: { next_offset: 15 },
  });
  expect(await logOf(world, ready)).toBe("äö\ntwo\nthree\n");
  const { objects } = await env.RESULTS.list({ prefix: `projects/${ready.projectId}/jobs/${ready.jobId}/` });
  expect(objects).toHaveLength(1);
  expect(await host.ask("log", { ...chunk, offset: 15, text: "more" })).toMatchObject({
    status: 409,
    body: { code: "log_ended" },
  });
});

test("a chunk of a log that leaves a gap is answered with the offset wanted", async () => {
  const { world, ready, host, offer } = await aRun();
  await host.accept(offer);
  const chunk = chunkOf(offer);
  await host.ask("log", { ...chunk, offset: 0, text: "one\n" });
  expect(await host.ask("log", { ...chunk, offset: 9, text: "three\n" })).toMatchObject({
    status: 409,
    body: { code: "log_gap", errors: [{ field: "offset", message: "must be at most 4" }] },
  });
  expect(await logOf(world, ready)).toBe("one\n");
});

test("a chunk of a log that is sent again is answered the same, and is kept once", async () => {
  const { world, ready, host, offer } = await aRun();
  await host.accept(offer);
  const chunk = { ...chunkOf(offer), id: 70, offset: 0, text: "one\n" };
  const answers = [await host.ask("log", chunk), await host.ask("log", chunk)];
  expect(answers[0]).toMatchObject({ status: 200, body: { next_offset: 4 } });
  expect(answers[1]).toEqual(answers[0]);
  expect(await logOf(world, ready)).toBe("one\n");
});

test("chunks of a log that are sent without waiting, with the accept before them, keep their order", async () => {
  const { world, ready, host, offer } = await aRun();
  const chunk = chunkOf(offer);
  const sent = [
    host.say("accept", chunk),
    host.say("log", { ...chunk, offset: 0, text: "one\n" }),
    host.say("log", { ...chunk, offset: 4, text: "two\n" }),
    host.say("report", { ...chunk, status: "COMPLETED" }),
  ];
  for (const id of sent) expect(await host.answerTo(id)).toMatchObject({ status: 200 });
  expect(await logOf(world, ready)).toBe("one\ntwo\n");
});

test("a log on a socket is taken under the lease of its run alone, and once it has begun", async () => {
  const { host, offer } = await aRun();
  const chunk = { ...chunkOf(offer), offset: 0, text: "x" };
  expect(await host.ask("log", chunk)).toMatchObject({ status: 409, body: { code: "not_begun" } });
  await host.accept(offer);
  expect(await host.ask("log", { ...chunk, lease_id: "another" })).toMatchObject({
    status: 409,
    body: { code: "lease_lost" },
  });
  expect(await host.ask("log", { ...chunk, attempt: 2 })).toMatchObject({ status: 404 });
  expect(await host.ask("log", { ...chunk, project_id: 999_999 })).toMatchObject({ status: 404 });
  expect(await host.ask("log", chunk)).toMatchObject({ status: 200 });
});

test("a token limited to a project sends no log of another's run", async () => {
  const { world, ready, host, offer } = await aRun();
  await host.accept(offer);
  const elsewhere = await world.project();
  await world.agent(elsewhere, ready.hostId);
  const token = await world.token("host", { project_ids: [elsewhere] });
  const other = await HostSocket.ready(world, ready.hostId, { owner: "other" }, { token });
  expect(await other.ask("log", { ...chunkOf(offer), offset: 0, text: "x" })).toMatchObject({ status: 404 });
  expect(await logOf(world, ready)).toBe("");
});
