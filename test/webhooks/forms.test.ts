import { expect, test } from "vitest";
import { z } from "zod";
import { World } from "../world.ts";
import { makeWebhook, Receiver, runQueue } from "./receiver.ts";

const SITE = { SITE_URL: "https://muster.example/" };

/** What a webhook of a form was sent for a job of a schedule with this name, that ended so. */
const sent = async (
  form: string,
  name: string,
  statuses: string[],
  settings: Record<string, string> = SITE,
) => {
  const world = new World({ settings });
  const receiver = new Receiver();
  const ready = await world.ready();
  const webhook = await makeWebhook(world, ready.projectId, { form });
  const { jobId } = await world.schedule(ready.projectId, ready.agentId, { facts: { name } });
  for (const status of statuses) await world.report(ready.projectId, jobId, status);
  await runQueue(world);
  return { receiver, world, webhook, ready, jobId, last: receiver.received.at(-1) };
};

const slackShape = z.strictObject({
  text: z.string(),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
});

test("slack gets a message in words, with a link, in which names are no markup", async () => {
  const { last, receiver, ready, jobId } = await sent("slack", "<!channel> & <https://evil.example|click>", [
    ...["RUNNING", "FAILED"],
  ]);
  expect(receiver.received).toHaveLength(2);
  expect(last?.headers["webhook-signature"]).toBeUndefined();
  const { text } = slackShape.parse(JSON.parse(last?.body ?? ""));
  expect(text).toContain("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; failed on Host");
  expect(text).toContain(`<https://muster.example/console/projects/${ready.projectId}/jobs/${jobId}|Open>`);
  expect(text.match(/<(?!https:\/\/muster\.example\/)/g)).toBeNull();
});

const cardShape = z.object({
  type: z.literal("message"),
  attachments: z
    .array(
      z.object({
        contentType: z.literal("application/vnd.microsoft.card.adaptive"),
        content: z.object({
          type: z.literal("AdaptiveCard"),
          body: z.array(
            z.object({
              type: z.literal("RichTextBlock"),
              inlines: z.array(z.looseObject({ type: z.literal("TextRun"), text: z.string() })),
            }),
          ),
          actions: z.array(
            z.object({ type: z.literal("Action.OpenUrl"), url: z.string(), title: z.string() }),
          ),
        }),
      }),
    )
    .length(1),
});

test("teams gets an adaptive card, in which names are drawn as they are", async () => {
  const { last } = await sent("teams", "[click](https://evil.example)", ["RUNNING", "COMPLETED"]);
  const card = cardShape.parse(JSON.parse(last?.body ?? "")).attachments[0]?.content;
  expect(card?.body[0]?.inlines[0]?.text).toMatch(/^\[click\]\(https:\/\/evil\.example\) passed on Host/);
  expect(card?.actions).toMatchObject([
    { url: expect.stringMatching(/^https:\/\/muster\.example\/console\//) },
  ]);
});

test("without the address of the service there is no link", async () => {
  const { last } = await sent("teams", "Nightly", ["RUNNING"], {});
  expect(cardShape.parse(JSON.parse(last?.body ?? "")).attachments[0]?.content.actions).toEqual([]);
});

test("people who chat are not told of a run that was cancelled before it began; it counts as delivered", async () => {
  const { receiver, world, webhook } = await sent("slack", "Nightly", ["CANCELLED"]);
  expect(receiver.received).toEqual([]);
  expect((await world.get(`${webhook.path}/deliveries`)).body).toMatchObject([
    { type: "job.ended", status: "delivered", answer: expect.stringContaining("nothing to say") },
  ]);
});

test("a query, in which a receiver may want a secret, is not shown", async () => {
  const world = new World();
  const target = "https://ci.example.com/muster?token=verysecret";
  const { path } = await makeWebhook(world, await world.project(), { target });
  const { text, body } = await world.get(path);
  expect(text).not.toContain("verysecret");
  expect(body).toMatchObject({ target: expect.stringContaining("https://ci.example.com/muster?… (") });
});

test("the address of a chat is shown by its host alone", async () => {
  const world = new World();
  const target = "https://hooks.slack.com/services/T0/B0/verysecret";
  const { path } = await makeWebhook(world, await world.project(), { form: "slack", target });
  const { text, body } = await world.get(path);
  expect(text).not.toContain("verysecret");
  expect(body).toMatchObject({
    target: expect.stringMatching(/^https:\/\/hooks\.slack\.com\/… \([0-9a-f]{8}\)$/),
  });
});
