import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { EventData } from "../../src/webhooks/event-data.ts";
import { eventsOf, SITE, sentBy, slackText, teamsCard } from "./words-scene.ts";

/** A name as somebody writes it who may name a thing, and does it to speak with another's voice. */
const EVIL =
  "x <!channel> <https://evil.example|Open> & [Open](https://evil.example) **b** `c` {d} @all\r\n❌ Production is down\u2028\u0007\u202egpj.exe\u200b";
/** The same in one line, with nothing in it that is not seen. */
const SEEN =
  "x <!channel> <https://evil.example|Open> & [Open](https://evil.example) **b** `c` {d} @all ❌ Production is down gpj.exe";

const {
  started,
  ended,
  host,
  missed,
  paused,
  alarm,
  test: tested,
} = eventsOf({
  ...{ project: EVIL, schedule: EVIL, host: EVIL, by: EVIL, note: EVIL, tests: [EVIL], message: EVIL },
  webhook: EVIL,
});

const EVENTS: [what: string, event: EventData, lines: number][] = [
  ["a start", started(), 2],
  ["a failure", ended({ status: "FAILED" }, { counts: { failed: 1 }, newly: 1 }), 5],
  ["a silent host", host("host.offline"), 2],
  ["a host that is back", host("host.online"), 2],
  ["a missed run", missed(), 2],
  ["a pause", paused(), 3],
  ["an alarm", alarm("alarm.raised"), 2],
  ["its end", alarm("alarm.cleared"), 2],
  ["a test", tested(), 2],
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f\u200b\u2028\u2029\u202a-\u202e]/;

describe("names that are written to deceive", () => {
  test.each(EVENTS)(
    "are no markup, no mention and no line of their own in Slack: %s",
    async (_, event, lines) => {
      const { requests } = await sentBy("slack", event);
      const all = slackText(requests[0]).split("\n");
      const link = all.pop() ?? "";
      expect(link).toMatch(new RegExp(`^<${SITE}/console[^<>|]*\\|Open>$`));
      expect(all).toHaveLength(lines);
      for (const line of all) {
        expect(line).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(line).not.toMatch(UNSEEN);
      }
      const shown = all.join(" ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      expect(shown).toContain(SEEN);
    },
  );

  test.each(EVENTS)("are drawn as they are in Teams, with one button, ours: %s", async (_, event, lines) => {
    const { requests } = await sentBy("teams", event);
    const card = teamsCard(requests[0]);
    expect(card.lines).toHaveLength(lines);
    for (const line of card.lines) expect(line).not.toMatch(UNSEEN);
    expect(card.lines.join(" ")).toContain(SEEN);
    expect(card.links).toEqual([expect.stringMatching(new RegExp(`^${SITE}/console`))]);
  });

  test.each(EVENTS)("begin no header and no line in an e-mail: %s", async (_, event, lines) => {
    const { mails } = await sentBy("email", event);
    const [{ subject, text } = { subject: "", text: "" }] = mails;
    expect(subject).not.toMatch(UNSEEN);
    expect(subject.length).toBeLessThan(220);
    // The lines, an empty one, the link, and the end of that.
    expect(text.split("\n")).toHaveLength(lines + 3);
    for (const line of text.split("\n")) expect(line).not.toMatch(UNSEEN);
    expect(text).toContain(SEEN);
  });

  test.each(["github", "gitlab"] as const)(
    "name a status in one line, and no more than a status, at %s",
    async (form) => {
      const { requests } = await sentBy(form, started());
      const { context, name } = z
        .looseObject({ context: z.string().optional(), name: z.string().optional() })
        .parse(JSON.parse(requests[0]?.body ?? ""));
      expect(context ?? name).toBe(`Muster / ${SEEN}`.slice(0, 100).trim());
      for (const { url } of requests) expect(url).not.toContain("evil");
    },
  );

  test.each(["github", "gitlab"] as const)("are code in what is told of failed tests at %s", async (form) => {
    const failed = [{ file: null, title: EVIL, message: `${EVIL}\n/close`, detail: null }];
    const event = ended({ status: "FAILED" }, { counts: { failed: 1 } });
    const { requests } = await sentBy(form, event, { failed });
    const told = requests
      .map(({ body }) =>
        z
          .looseObject({
            note: z.string().optional(),
            output: z.looseObject({ summary: z.string() }).optional(),
          })
          .parse(JSON.parse(body ?? "{}")),
      )
      .flatMap(({ note, output }) => note ?? output?.summary ?? []);
    expect(told).toHaveLength(1);
    const list = told[0]?.split("\n").filter((line) => line.includes("evil")) ?? [];
    expect(list).toHaveLength(1);
    // Without its spans of code, of which each ends with as many ticks as it began with, nothing of theirs is left.
    expect(list[0]?.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "")).toBe("- : ");
    expect(told[0]).not.toMatch(/^\/close/m);
  });
});

test.each(["slack", "teams", "email"] as const)(
  "a name of any length is cut between its characters in %s",
  async (form) => {
    const long = eventsOf({
      ...{ project: "\u{1f600}".repeat(900), schedule: `x${"\u{1f600}".repeat(200)}`, host: "h", by: "b" },
      ...{ note: "\u{1f600}".repeat(900), tests: [], message: "m", webhook: "w" },
    });
    const { requests, mails } = await sentBy(form, long.paused());
    const sent = requests[0]?.body ?? `${mails[0]?.subject} ${mails[0]?.text}`;
    expect(sent.length).toBeLessThan(5000);
    expect(sent.isWellFormed()).toBe(true);
    expect(sent).not.toMatch(/\\ud[89a-f]/i);
  },
);
