import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { resealWebhooks } from "../../src/webhooks/reseal.ts";
import { refusalIn, refusedField } from "../http/refusals.ts";
import { runStep } from "../steps.ts";
import { HOUR, MINUTE, START, World } from "../world.ts";
import { deliveriesOf, makeWebhook, Receiver, runQueue, TARGET, typeIn, webhooksPath } from "./receiver.ts";

/** An HMAC by the rules of Standard Webhooks, made here anew. */
const signatureOf = async (secret: string, signed: string): Promise<string> => {
  const bytes = Uint8Array.from(atob(secret.replace("whsec_", "")), (character) => character.charCodeAt(0));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const made = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(made)))}`;
};

/** Which of the secrets signed a request. */
const signersOf = async (
  { headers, body }: { headers: Record<string, string>; body: string },
  secrets: readonly string[],
): Promise<boolean[]> => {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const signatures = headers["webhook-signature"]?.split(" ") ?? [];
  return Promise.all(secrets.map(async (secret) => signatures.includes(await signatureOf(secret, signed))));
};

test("a webhook is made with a secret that is shown once", async () => {
  const world = new World();
  const project = await world.project();
  const key = { headers: { "Idempotency-Key": crypto.randomUUID() } };
  const made = await makeWebhook(world, project, { name: "CI" }, key);
  expect(made.answer).toMatchObject({
    status: 201,
    body: {
      ...{ project_id: project, name: "CI", form: "standard", target: TARGET, enabled: true },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      created_by: "admin bootstrap",
    },
  });
  const again = await makeWebhook(world, project, { name: "CI" }, key);
  expect([again.id, again.secret]).toEqual([made.id, ""]);
  const shown = [await world.get(made.path), await world.get(webhooksPath(project))];
  for (const { status, text } of shown) {
    expect(status).toBe(200);
    expect(text).not.toContain("whsec_");
  }
  expect(shown[1]?.body).toMatchObject([{ webhook_id: made.id }]);
});

test("neither the database nor the audit has a secret, and the audit has each change", async () => {
  const world = new World();
  const project = await world.project();
  const slack = "https://hooks.slack.com/services/T0/B0/verysecret";
  const made = await makeWebhook(world, project);
  const chat = await makeWebhook(world, project, { form: "slack", target: slack });
  expect(chat.answer.text).not.toContain("verysecret");
  await world.post(`${made.path}/rotate`);
  await world.put(chat.path, { target: `${slack}2` });
  await world.put(made.path, { enabled: false });
  await world.delete(made.path);
  const audited = await env.DB.prepare("SELECT * FROM audit WHERE project_id = ? AND object_kind = 'webhook'")
    .bind(project)
    .all();
  expect(audited.results.map(({ action }) => action)).toEqual([
    ...["createWebhook", "createWebhook", "rotateWebhook", "updateWebhook", "updateWebhook", "deleteWebhook"],
  ]);
  const rows = await env.DB.prepare("SELECT secret, former_secret FROM webhooks WHERE project_id = ?")
    .bind(project)
    .all();
  const key = made.secret.replace("whsec_", "");
  for (const text of [JSON.stringify(audited.results), JSON.stringify(rows.results)]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain("verysecret");
  }
});

test("each request is signed by the secret; for the overlap after a rotation by both, then by the new one", async () => {
  const world = new World();
  const receiver = new Receiver();
  const ready = await world.ready({ jobs: 3 });
  const made = await makeWebhook(world, ready.projectId, { events: ["job.started"] });
  const [one = 0, two = 0, three = 0] = ready.jobIds;
  const tell = async (job: number) => {
    await world.report(ready.projectId, job, "RUNNING");
    await runQueue(world);
    const last = receiver.received.at(-1);
    if (!last) throw new Error("nothing was sent");
    return last;
  };
  const first = await tell(one);
  expect(first.headers["webhook-timestamp"]).toBe(String(START / 1000));
  expect(await signersOf(first, [made.secret])).toEqual([true]);
  const rotated = await world.post(`${made.path}/rotate`, {});
  const secret = String(Reflect.get(Object(rotated.body), "secret"));
  expect(rotated).toMatchObject({
    status: 201,
    body: { old_secret_until: "2026-03-03T10:00:00+00:00", secret: expect.stringMatching(/^whsec_/) },
  });
  expect(secret).not.toBe(made.secret);
  world.advance(24 * HOUR - 1000);
  expect(await signersOf(await tell(two), [secret, made.secret])).toEqual([true, true]);
  world.advance(1000);
  expect(await signersOf(await tell(three), [secret, made.secret])).toEqual([true, false]);
});

test("a rotation that is sent twice with one key gives one secret", async () => {
  const world = new World();
  const { id, path } = await makeWebhook(world, await world.project());
  const key = { headers: { "Idempotency-Key": crypto.randomUUID() } };
  const first = await world.post(`${path}/rotate`, {}, key);
  const again = await world.post(`${path}/rotate`, {}, key);
  expect(first.body).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
  expect(again).toMatchObject({ status: 201, body: { secret: null } });
  world.advance(1000);
  const next = await world.post(`${path}/rotate`);
  expect(next.body).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
  const stored = () => env.DB.prepare("SELECT secret FROM webhooks WHERE id = ?").bind(id).first();
  const secret = await stored();
  expect(await world.post(`${path}/rotate`, {}, key)).toMatchObject({ body: { secret: null } });
  expect(await stored()).toEqual(secret);
  const rotations = await env.DB.prepare(
    "SELECT 1 FROM audit WHERE action = 'rotateWebhook' AND object_id = ?",
  )
    .bind(id)
    .all();
  expect(rotations.results).toHaveLength(2);
});

test("a form that does not sign has no secret to rotate", async () => {
  const world = new World();
  const made = await makeWebhook(world, await world.project(), { form: "teams" });
  expect(made.secret).toBe("");
  expect(refusalIn(await world.post(`${made.path}/rotate`), 409).code).toBe("webhook_unsigned");
});

test("with another ADMIN_TOKEN it fails and says why; the token before opens its secret, and the tick seals it anew", async () => {
  const world = new World();
  const receiver = new Receiver();
  const ready = await world.ready({ jobs: 2 });
  const made = await makeWebhook(world, ready.projectId, { events: ["job.started"] });
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  const changed = new World({ settings: { ADMIN_TOKEN: "another-admin-token" } });
  changed.wakes = world.wakes.splice(0);
  await runQueue(changed);
  expect(receiver.received).toEqual([]);
  expect(await deliveriesOf(world, made.path)).toMatchObject([
    { status: "waiting", answer: expect.stringContaining("ADMIN_TOKEN_BEFORE") },
  ]);
  const both = new World({
    now: world.now + MINUTE,
    settings: { ADMIN_TOKEN: "another-admin-token", ADMIN_TOKEN_BEFORE: world.adminToken },
  });
  both.wakes = [{ webhook: made.id, at: both.now }];
  await runQueue(both);
  expect(await signersOf(receiver.received[0] ?? { headers: {}, body: "" }, [made.secret])).toEqual([true]);
  expect(await runStep(resealWebhooks, both, { queries: 200 })).toMatchObject({
    sealed_anew: expect.any(Number),
  });
  expect(await runStep(resealWebhooks, both, { queries: 200 })).toEqual({ sealed_anew: 0 });
  await world.report(ready.projectId, ready.jobIds[1] ?? 0, "RUNNING");
  changed.now = both.now + MINUTE;
  changed.wakes = [{ webhook: made.id, at: changed.now }];
  await runQueue(changed);
  expect(await signersOf(receiver.received[1] ?? { headers: {}, body: "" }, [made.secret])).toEqual([true]);
});

test.each([
  ["target", { target: "http://ci.example.com/" }],
  ["target", { target: "https://127.0.0.1/" }],
  ["target", { target: undefined }],
  ["events", { events: [] }],
  ["events", { events: ["job.ended", "job.ended"] }],
  ["events[0]", { events: ["job.exploded"] }],
  ["credential", { credential: "glpat-1" }],
  ["form", { form: "pager" }],
  ["nmae", { nmae: "CI" }],
])("a %s that is wrong is refused", async (field, facts) => {
  const world = new World();
  const answer = await world.post(webhooksPath(await world.project()), {
    ...{ name: "CI", target: TARGET },
    ...facts,
  });
  expect(answer.status).toBe(400);
  refusedField(answer, field);
});

test("a change is checked as a new one is, and leaves what it does not name", async () => {
  const world = new World();
  const made = await makeWebhook(world, await world.project(), { events: ["job.ended"] });
  expect(await world.put(made.path, { target: "https://10.0.0.1/" })).toMatchObject({ status: 400 });
  expect(await world.put(made.path, {})).toMatchObject({ status: 400 });
  expect(await world.put(made.path, { name: "Deploys" })).toMatchObject({
    status: 200,
    body: { name: "Deploys", target: TARGET, events: ["job.ended"] },
  });
});

test("a project has at most 20 webhooks", async () => {
  const world = new World();
  const project = await world.project();
  for (let made = 0; made < 20; made++) await makeWebhook(world, project);
  const over = await world.post(webhooksPath(project), { name: "CI", target: TARGET });
  expect(refusalIn(over, 409).code).toBe("too_many_webhooks");
  const absent = await world.post(webhooksPath(999_999), { name: "CI", target: TARGET });
  expect(absent.status).toBe(404);
});

test("another project's webhook is not there", async () => {
  const world = new World();
  const { id } = await makeWebhook(world, await world.project());
  const other = `${webhooksPath(await world.project())}/${id}`;
  expect(await world.get(other)).toMatchObject({ status: 404 });
  expect(await world.put(other, { name: "mine" })).toMatchObject({ status: 404 });
  expect(await world.post(`${other}/rotate`)).toMatchObject({ status: 404 });
  expect(await world.post(`${other}/test`)).toMatchObject({ status: 404 });
  expect(await world.post(`${other}/deliveries/resend`)).toMatchObject({ status: 404 });
  expect(await world.delete(other)).toMatchObject({ status: 404 });
});

test("a test is sent at once and says how it went, to a disabled webhook too", async () => {
  const world = new World();
  const receiver = new Receiver();
  const made = await makeWebhook(world, await world.project());
  await world.put(made.path, { enabled: false });
  expect(await world.post(`${made.path}/test`)).toMatchObject({
    status: 200,
    body: { taken: true, answer_status: 204, answer: "answered 204" },
  });
  await world.put(made.path, { enabled: true });
  for (const status of [500, 410]) {
    receiver.answer = () => status;
    expect(await world.post(`${made.path}/test`)).toMatchObject({
      body: { taken: false, answer_status: status },
    });
    expect(await world.get(made.path)).toMatchObject({ body: { enabled: true, failing_since: null } });
  }
  expect(receiver.received.map(typeIn)).toEqual(Array(3).fill("webhook.test"));
  world.advance(HOUR);
  await world.tick();
  await runQueue(world);
  expect(receiver.received).toHaveLength(3);
  expect((await deliveriesOf(world, made.path)).map(({ status }) => status)).toEqual([
    ...["delivered", "dead", "dead"],
  ]);
});
