import { EVENT_TYPES } from "../database/enums.ts";
import { addressProblem, hostOf } from "./addresses.ts";
import type { Form } from "./form.ts";
import { judge, judgeAll } from "./judge.ts";
import { type Message, messageOf } from "./message.ts";

/**
 * A form for people who chat. The address of such a receiver is itself a secret, so only its host is shown. `write` makes
 * the body of a message, whose `link` is the whole address of a page; null: none.
 */
const chatForm = (write: (message: Message, link: string | null) => object): Form => ({
  events: EVENT_TYPES,
  signs: false,
  takesCredential: false,
  wrongTarget: addressProblem,
  shownTarget: hostOf,
  tell: async ({ event, target }, { now, siteUrl, send }) => {
    const message = messageOf(event);
    if (!message) return judgeAll([]);
    const link = siteUrl === "" || message.path === null ? null : siteUrl + message.path;
    const body = JSON.stringify(write(message, link));
    const headers = { "Content-Type": "application/json" };
    return judge(await send({ url: target, method: "POST", headers, body }), now);
  },
});

/** Slack reads these three as markup: of links, and of mentions of everybody. */
const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const SIGNS = { good: "✅", bad: "❌", neutral: "ℹ️" } as const;

/** A message as an incoming webhook of Slack takes it. */
export const slackForm = chatForm(({ title, lines, tone }, link) => {
  const head = `${SIGNS[tone]} ${slackText(title)}`;
  return {
    text: [head, ...lines.map(slackText), ...(link === null ? [] : [`<${slackText(link)}|Open>`])].join("\n"),
    // Without these, links in names of users would be drawn large.
    unfurl_links: false,
    unfurl_media: false,
  };
});

const COLOURS = { good: "good", bad: "attention", neutral: "default" } as const;

/** Text that Teams draws as it is: a plain block would read Markdown in names of users. */
const teamsText = (text: string, more: object = {}) => ({
  type: "RichTextBlock",
  inlines: [{ type: "TextRun", text, ...more }],
});

/** A message as a workflow or an incoming webhook of Teams takes it: an adaptive card. */
export const teamsForm = chatForm(({ title, lines, tone }, link) => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          teamsText(title, { weight: "bolder", color: COLOURS[tone] }),
          ...lines.map((line) => teamsText(line)),
        ],
        actions: link === null ? [] : [{ type: "Action.OpenUrl", title: "Open", url: link }],
      },
    },
  ],
}));
