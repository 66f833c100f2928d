import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { Visitor } from "../console/visitor.ts";
import { idOf, project, runs } from "../flaky-tests/project-runs.ts";
import { refusedField } from "../http/refusals.ts";
import { failed, junit, passed, sendReport } from "../results/junit.ts";
import { iso } from "../scheduling.ts";
import { HOUR, World } from "../world.ts";
import { FakeGithub, FakeGitlab, TOKEN } from "./fake-forges.ts";
import { deliveriesOf, makeWebhook, Receiver, runQueue, webhooksPath } from "./receiver.ts";

const SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const REPOSITORY = "https://github.com/owner/repo";
const GITHUB = { form: "github", target: REPOSITORY, credential: TOKEN };

/** All that is outside is this forge. */
const outside = (forge: FakeGithub | FakeGitlab): Receiver => {
  const receiver = new Receiver();
  receiver.answer = ({ url, method, headers, body }) => {
    if (method !== "GET" && method !== "POST" && method !== "PATCH") return 405;
    const reply = forge.reply({ url, method, headers, ...(method === "GET" ? {} : { body }) });
    if (!reply) throw new Error("connection lost");
    return new Response(JSON.stringify(reply.body ?? null), reply);
  };
  return receiver;
};

const github = () => {
  const forge = new FakeGithub("https://api.github.com/repos/owner/repo", [SHA]);
  return { forge, receiver: outside(forge) };
};

/** A project with a host, and a world whose service knows its address. */
const scene = async () => {
  const world = new World({ settings: { SITE_URL: "https://muster.example" } });
  const ready = await world.ready();
  return { world, ready };
};

test("a run's commit is told at GitHub that it runs, then how it ended, with the failed tests of its reports", async () => {
  const { world, ready } = await scene();
  const { forge, receiver } = github();
  forge.takesChecks = true;
  const webhook = await makeWebhook(world, ready.projectId, GITHUB);
  expect(webhook.answer).toMatchObject({
    status: 201,
    body: { form: "github", target: REPOSITORY, events: ["job.started", "job.ended"], secret: null },
  });
  const facts = { name: "Nightly", commit: SHA };
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts });
  await world.report(ready.projectId, jobId, "RUNNING");
  await runQueue(world);
  const link = `https://muster.example/console/projects/${ready.projectId}/jobs/${jobId}`;
  const common = { sha: SHA, context: "Muster / Nightly", target_url: link };
  expect(forge.statuses).toEqual([{ ...common, state: "pending", description: "running" }]);
  const report = junit(...passed("one"), {
    ...failed("two", "expected 2"),
    file: "two.ts",
    detail: "two.ts:7",
  });
  expect((await sendReport(world, { ...ready, jobId }, report)).status).toBe(200);
  await world.report(ready.projectId, jobId, "COMPLETED");
  await runQueue(world);
  expect(forge.statuses.slice(1)).toEqual([
    { ...common, state: "failure", description: "1 of 2 tests failed" },
  ]);
  expect(forge.checks).toMatchObject([
    {
      conclusion: "failure",
      external_id: `muster-job-${jobId}-1`,
      output: {
        annotations: [
          { path: "two.ts", start_line: 7, title: expect.stringContaining("two"), message: "expected 2" },
        ],
      },
    },
  ]);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { type: "job.started", status: "delivered" },
    { type: "job.ended", status: "delivered" },
  ]);
  expect(new Set(receiver.received.map(({ redirect }) => redirect))).toEqual(new Set(["manual"]));
});

test("a test under quarantine that failed is told of no commit", async () => {
  const world = new World();
  const [ready] = await runs(world, ["b1", failed("shaky"), ...passed("sound")]);
  if (!ready) throw new Error("no runs");
  const { forge } = github();
  forge.takesChecks = true;
  const quarantine = `${project(ready)}/tests/${await idOf(world, ready, "shaky")}/quarantine`;
  const until = iso(world.now + 10 * 24 * HOUR);
  await world.put(quarantine, { reason: "waits for the lab", owner: "team a", until, passes: 2 });
  await makeWebhook(world, ready.projectId, { ...GITHUB, events: ["job.ended"] });
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts: { commit: SHA } });
  await world.report(ready.projectId, jobId, "RUNNING");
  await sendReport(world, { ...ready, jobId }, junit(failed("shaky"), failed("sound")));
  await world.report(ready.projectId, jobId, "COMPLETED");
  await runQueue(world);
  expect(forge.statuses).toMatchObject([{ description: "1 of 2 tests failed" }]);
  expect(forge.checks[0]?.output.annotations).toMatchObject([{ title: expect.stringContaining("sound") }]);
});

test("a run of a commit is told at GitLab, again after an answer that was lost", async () => {
  const { world, ready } = await scene();
  const forge = new FakeGitlab("https://gitlab.com/api/v4/projects/group%2Fapp", [SHA]);
  outside(forge);
  const target = "https://gitlab.com/group/app";
  const webhook = await makeWebhook(world, ready.projectId, { form: "gitlab", target, credential: TOKEN });
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts: { commit: SHA } });
  forge.next = ["lost"];
  await world.report(ready.projectId, jobId, "RUNNING");
  await runQueue(world);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([{ status: "waiting", tries: 1 }]);
  await world.report(ready.projectId, jobId, "FAILED");
  world.advance(60_000);
  await runQueue(world);
  expect(forge.statuses).toMatchObject([{ state: "failed", name: expect.stringContaining("Muster / ") }]);
  expect(forge.seen.filter(({ method }) => method === "POST")).toHaveLength(3);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { status: "delivered", tries: 2 },
    { status: "delivered" },
  ]);
});

test("a run without a commit is told nowhere", async () => {
  const { world, ready } = await scene();
  const { receiver } = github();
  const webhook = await makeWebhook(world, ready.projectId, GITHUB);
  const { jobId } = await world.schedule(ready.projectId, ready.agentId);
  await world.report(ready.projectId, jobId, "RUNNING");
  await runQueue(world);
  expect(receiver.received).toEqual([]);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { status: "delivered", answer: "nothing to say: the run names no commit" },
  ]);
});

test("a commit that the repository does not know holds up nothing", async () => {
  const { world, ready } = await scene();
  const { forge } = github();
  const webhook = await makeWebhook(world, ready.projectId, GITHUB);
  for (const commit of ["0".repeat(40), SHA]) {
    const { jobId } = await world.schedule(ready.projectId, ready.agentId, {
      facts: { commit, overlap: "allow" },
    });
    await world.report(ready.projectId, jobId, "RUNNING");
  }
  await runQueue(world);
  expect(forge.statuses).toMatchObject([{ sha: SHA }]);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { status: "delivered", answer: expect.stringContaining("has no commit") },
    { status: "delivered" },
  ]);
  expect((await world.get(webhook.path)).body).toMatchObject({ enabled: true, failing_since: null });
});

test("the token of a repository is nowhere to be read: in answers, pages, the audit or the database", async () => {
  const { world, ready } = await scene();
  github();
  const { path, id, answer } = await makeWebhook(world, ready.projectId, GITHUB);
  expect((await world.post(`${path}/test`)).status).toBe(200);
  const changed = await world.put(path, { credential: TOKEN });
  const visitor = await Visitor.in(world);
  const texts = [
    answer.text,
    changed.text,
    ...(await Promise.all(
      [path, webhooksPath(ready.projectId), `${path}/deliveries`, "/api/v3/audit?order=newest"].map(
        async (each) => (await world.get(each)).text,
      ),
    )),
    (await visitor.get(`/console/projects/${ready.projectId}/webhooks/${id}`)).text,
    JSON.stringify((await env.DB.prepare("SELECT * FROM webhooks").all()).results),
    JSON.stringify((await env.DB.prepare("SELECT * FROM audit").all()).results),
  ];
  for (const text of texts) {
    expect(text.length).toBeGreaterThan(2);
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(TOKEN.slice(4));
  }
});

test("a token goes to the repository that it was given for: another one takes its own", async () => {
  const { world, ready } = await scene();
  const { receiver } = github();
  const { path } = await makeWebhook(world, ready.projectId, GITHUB);
  const target = "https://github.com/other/repo";
  refusedField(await world.put(path, { target }), "credential");
  expect((await world.put(path, { target: REPOSITORY, name: "Commits" })).status).toBe(200);
  expect((await world.post(`${path}/test`)).status).toBe(200);
  expect(receiver.received.map(({ url }) => url)).toEqual(["https://api.github.com/repos/owner/repo"]);
  expect(await world.put(path, { target, credential: TOKEN })).toMatchObject({
    status: 200,
    body: { target },
  });
});

test("what a form of commits needs is asked for: a repository, its token, and events of jobs", async () => {
  const { world, ready } = await scene();
  const ask = (facts: object) =>
    world.post(webhooksPath(ready.projectId), { name: "CI", ...GITHUB, ...facts });
  refusedField(await ask({ credential: undefined }), "credential");
  refusedField(await ask({ target: "https://github.com/owner" }), "target");
  refusedField(await ask({ target: "https://127.0.0.1/owner/repo" }), "target");
  refusedField(await ask({ events: ["job.ended", "host.offline"] }), "events");
  refusedField(await ask({ form: "slack", target: "https://hooks.slack.com/x" }), "credential");
});

test("a test of the webhook says whether the token may read the repository", async () => {
  const { world, ready } = await scene();
  const { forge } = github();
  const { path } = await makeWebhook(world, ready.projectId, GITHUB);
  expect((await world.post(`${path}/test`)).body).toMatchObject({ taken: true });
  forge.next = [{ status: 404 }];
  expect((await world.post(`${path}/test`)).body).toMatchObject({
    taken: false,
    answer: expect.stringContaining("the token may not do this"),
  });
});
