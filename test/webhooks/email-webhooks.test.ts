import { expect, test } from "vitest";
import type { Mailer } from "../../src/outbox/mailer.ts";
import { refusedField } from "../http/refusals.ts";
import { World } from "../world.ts";
import { deliveriesOf, makeWebhook, runQueue, webhooksPath } from "./receiver.ts";

type Sent = Parameters<Mailer["send"]>[0];

const TO = { form: "email", target: "team@example.com" };

/** A world whose deployment has a binding for e-mail; the binding keeps what it is given. */
const withMail = () => {
  const sent: Sent[] = [];
  const EMAIL: Mailer = {
    send: async (message) => {
      sent.push(message);
      return { messageId: "1" };
    },
  };
  const world = new World({
    settings: { EMAIL_FROM: "muster@example.com", SITE_URL: "https://muster.example" },
    seam: (env) => ({ ...env, EMAIL }),
  });
  return { world, sent };
};

test("events are e-mails where the deployment has a binding for them", async () => {
  const { world, sent } = withMail();
  const ready = await world.ready({ jobs: 1 });
  const webhook = await makeWebhook(world, ready.projectId, { ...TO, events: ["job.ended"] });
  expect(webhook.answer).toMatchObject({ status: 201, body: { form: "email", target: "team@example.com" } });
  await world.report(ready.projectId, ready.jobId, "RUNNING");
  await world.report(ready.projectId, ready.jobId, "FAILED");
  await runQueue(world);
  expect(sent).toMatchObject([
    {
      ...{ from: "muster@example.com", to: "team@example.com" },
      subject: expect.stringContaining(`(job ${ready.jobId})`),
      text: expect.stringContaining(
        `https://muster.example/console/projects/${ready.projectId}/jobs/${ready.jobId}`,
      ),
    },
  ]);
  expect(await deliveriesOf(world, webhook.path)).toMatchObject([
    { status: "delivered", answer: "handed to the platform" },
  ]);
});

test("an e-mail address is refused without a binding or a sender, and where it is none", async () => {
  const { world } = withMail();
  const projectId = await world.project();
  const path = webhooksPath(projectId);
  refusedField(
    await world.post(path, { name: "x", ...TO, target: "a@example.com\r\nBcc: b@example.com" }),
    "target",
  );
  const plain = new World({ settings: { EMAIL_FROM: "muster@example.com" } });
  const refused = await plain.post(path, { name: "x", ...TO });
  refusedField(refused, "target");
  expect(refused.text).toContain("EMAIL_FROM");
  const senderless = new World({ seam: (env) => ({ ...env, EMAIL: world.env }) });
  refusedField(await senderless.post(path, { name: "x", ...TO }), "target");
});
