import { expect, test } from "vitest";
import type { Mailer } from "../../src/outbox/mailer.ts";
import { emailForm } from "../../src/webhooks/email-form.ts";
import type { EventData } from "../../src/webhooks/event-data.ts";
import { mailBy } from "../../src/webhooks/mail.ts";

type Sent = Parameters<Mailer["send"]>[0];

const paused = (name: string, note: string): EventData => ({
  type: "schedule.paused",
  timestamp: "2026-03-02T10:00:00+00:00",
  data: { project: { id: 356, name: "Shop" }, schedule: { id: 245, name }, by: "operator lab 7", note },
});

/** The platform's side of a binding: it keeps what it is given, or throws. */
const binding = (error?: Error) => {
  const sent: Sent[] = [];
  const mailer: Mailer = {
    send: async (message) => {
      if (error) throw error;
      sent.push(message);
      return { messageId: "1" };
    },
  };
  return { sent, mailer };
};

const tell = (event: EventData, mailer: Mailer | undefined, from = "muster@example.com") =>
  emailForm.tell(
    {
      ...{ id: "evt_1", at: 0, event, body: "", target: "team@example.com" },
      ...{ secrets: [], credential: null },
    },
    {
      ...{ now: 0, siteUrl: "https://muster.example" },
      send: () => Promise.reject(new Error("an e-mail is no request")),
      failedTests: async () => [],
      mail: mailBy(mailer, from),
    },
  );

test("an event is an e-mail of plain text with a link, and with its id for programs", async () => {
  const { sent, mailer } = binding();
  expect(await tell(paused("Nightly", "the lab moves"), mailer)).toMatchObject({ is: "taken" });
  expect(sent).toEqual([
    {
      from: "muster@example.com",
      to: "team@example.com",
      subject: "[Muster] Nightly was paused by operator lab 7",
      text: "Nightly was paused by operator lab 7\nthe lab moves\nProject Shop\n\nhttps://muster.example/console/projects/356/schedules/245\n",
      headers: { "X-Muster-Event": "evt_1" },
    },
  ]);
});

test("names of users begin no header and no line of their own, and hide nothing", async () => {
  const { sent, mailer } = binding();
  const evil = "x\r\nBcc: other@example.com\r\n\r\n<script>\u0000\u2028\u202egpj.exe\u200b";
  await tell(paused(evil, evil), mailer);
  const [{ subject = "", text = "" } = {}] = sent;
  for (const line of [subject, ...text.split("\n")]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(line).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029\u202e\u200b]/);
    expect(line).not.toMatch(/^Bcc/i);
  }
  expect(subject).toContain("x Bcc: other@example.com");
  await tell(paused("n".repeat(5000), "o".repeat(5000)), mailer);
  expect(sent[1]?.subject.length).toBeLessThan(250);
  expect(sent[1]?.text.length).toBeLessThan(3000);
});

test("what the platform does not send is tried again, and says the platform's word for it alone", async () => {
  const error = Object.assign(new Error("team@example.com is suppressed"), {
    code: "E_RECIPIENT_SUPPRESSED",
  });
  expect(await tell(paused("Nightly", ""), binding(error).mailer)).toEqual({
    ...{ is: "failed", status: null, notBefore: null },
    note: "the platform did not send it (E_RECIPIENT_SUPPRESSED)",
  });
  const odd = Object.assign(new Error("x"), { code: "team@example.com" });
  expect((await tell(paused("Nightly", ""), binding(odd).mailer)).note).toBe("the platform did not send it");
});

test("without a binding, or a sender, an e-mail fails and says so", async () => {
  for (const verdict of [
    await tell(paused("Nightly", ""), undefined),
    await tell(paused("Nightly", ""), binding().mailer, ""),
  ])
    expect(verdict).toMatchObject({ is: "failed", note: "this installation sends no e-mail" });
});
