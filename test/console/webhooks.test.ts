import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { Receiver, runFor, runQueue } from "../webhooks/receiver.ts";
import { HOUR, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

const FACTS = {
  name: "CI <b>",
  form: "standard",
  target: "https://ci.example.com/muster",
  events: "job.started",
};

const scene = async (token?: (world: World, project: number) => Promise<string>) => {
  const world = new World();
  const receiver = new Receiver();
  const ready = await world.ready({ jobs: 2 });
  const visitor = await Visitor.in(world, await token?.(world, ready.projectId));
  const path = `/console/projects/${ready.projectId}/webhooks`;
  const page = async (of = path) => textOf((await visitor.get(of)).text);
  return { world, receiver, ready, visitor, path, page };
};

/** The address of the one webhook in a list. */
const addressIn = (html: string, path: string): string =>
  new RegExp(`href="(${path}/\\d+)"`).exec(html)?.[1] ?? "";

test("a webhook is made, shows its secret once, is listed, tested, changed and deleted", async () => {
  const { visitor, receiver, path, page } = await scene();
  expect(await page()).toContain("No webhook yet");
  expect((await visitor.get(path.replace("/webhooks", ""))).text).toContain(`href="${path}"`);
  const made = await visitor.post(path, FACTS);
  expect(made.status).toBe(200);
  expect(made.text).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
  const { text: list } = await visitor.get(path);
  expect(list).not.toContain("whsec_");
  expect(textOf(list)).toContain("CI <b>");
  expect(list).not.toContain("CI <b>");
  const one = addressIn(list, path);
  const tested = await visitor.post(`${one}/test`);
  expect(tested.headers.get("location")).toBe(`${one}?done=webhook-test-taken`);
  receiver.answer = () => 500;
  expect((await visitor.post(`${one}/test`)).headers.get("location")).toBe(`${one}?done=webhook-test-failed`);
  expect(await page(one)).toContain("answered 500");
  await visitor.post(`${one}/change`, { name: "Deploys", target: "", events: "job.ended" });
  expect(await page(one)).toMatch(/Deploys.*https:\/\/ci\.example\.com\/muster.*job\.ended/);
  const rotated = await visitor.post(`${one}/rotate`, { overlap_minutes: "60" });
  expect(rotated.text).toMatch(/whsec_/);
  expect(await page(one)).toContain("Old secret signs until");
  expect((await visitor.post(`${one}/delete`)).headers.get("location")).toBe(`${path}?done=webhook-deleted`);
  expect(await page()).toContain("No webhook yet");
});

test("a form with a mistake keeps what was typed and says what is wrong", async () => {
  const { visitor, path } = await scene();
  const { status, text } = await visitor.post(path, { ...FACTS, target: "https://10.0.0.1/" });
  expect(status).toBe(400);
  expect(textOf(text)).toContain("Address must name its host, not have an IP address");
  expect(text).toContain('value="https://10.0.0.1/"');
});

test("dead deliveries are listed and sent again, one or all; a disabled webhook says why it is", async () => {
  const { world, receiver, ready, visitor, path, page } = await scene();
  await visitor.post(path, FACTS);
  const one = addressIn((await visitor.get(path)).text, path);
  receiver.answer = () => 500;
  for (const job of ready.jobIds) await world.report(ready.projectId, job, "RUNNING");
  await runFor(world, 25 * HOUR);
  // The session has ended meanwhile.
  await visitor.signIn(world.adminToken);
  await visitor.get("/console/hosts");
  expect(await page()).toMatch(/Fails since/);
  const { text: dead } = await visitor.get(`${one}?status=dead`);
  expect(textOf(dead)).toContain("Dead deliveries");
  receiver.answer = () => 204;
  const resend = /action="([^"]*\/deliveries\/\d+\/resend)"/.exec(dead)?.[1] ?? "";
  expect((await visitor.post(resend)).headers.get("location")).toBe(
    `${one}?status=dead&done=delivery-resent`,
  );
  await visitor.post(`${one}/deliveries/resend`);
  await runFor(world, HOUR);
  expect(await page(`${one}?status=dead`)).toContain("None: all was delivered");
  expect(await page(one)).toContain("Delivered");
  await visitor.post(`${one}/disable`);
  expect(await page(one)).toContain("Disabled admin bootstrap disabled it");
  await visitor.post(`${one}/enable`);
  await runQueue(world);
  expect(await page()).toContain("Good");
});

test("older deliveries are on further pages", async () => {
  const { ready, visitor, path } = await scene();
  await visitor.post(path, FACTS);
  const one = addressIn((await visitor.get(path)).text, path);
  await env.DB.prepare(
    `INSERT INTO webhook_deliveries (webhook_id, project_id, event_id, type, subject, facts, at, due_at, dies_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
     SELECT ?1, ?2, 'e' || i, 'job.ended', 'job:' || i || ';', '{}', 0, 0, 0 FROM n`,
  )
    .bind(Number(one.split("/").at(-1)), ready.projectId)
    .run();
  const { text: newest } = await visitor.get(one);
  expect([newest.includes("job:30;"), newest.includes("job:10;")]).toEqual([true, false]);
  const older = /href="([^"]*before=\d+)"/.exec(newest)?.[1] ?? "";
  const { text: oldest } = await visitor.get(older);
  expect([oldest.includes("job:11;"), oldest.includes("job:10;"), oldest.includes(">Older<")]).toEqual([
    ...[false, true, false],
  ]);
  expect((await visitor.get(`${one}?before=soon`)).status).toBe(400);
});

test("an operator of another project sees none of it", async () => {
  const { world, visitor, path } = await scene(async (world) =>
    world.token("operator", { project_ids: [await world.project()] }),
  );
  expect(world).toBeDefined();
  expect((await visitor.get(path)).status).toBe(404);
  expect((await visitor.post(path, FACTS)).status).toBe(404);
});
