import type { Mutant } from "../mutants/mutant.ts";

const WORDS = "test/webhooks/words.test.ts";
const HOSTILE = "test/webhooks/hostile-words.test.ts";
const CHAT = "src/webhooks/chat-form.ts";

/** The guards of what is written to people that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "names of users are no link and no mention in Slack",
    code: '.replaceAll("<", "&lt;")',
    file: CHAT,
    instead: "",
    tests: [HOSTILE],
    named: "in Slack",
  },
  {
    guard: "names of users are no escape in Slack",
    code: 'text.replaceAll("&", "&amp;")',
    file: CHAT,
    instead: "text",
    tests: [HOSTILE],
    named: "in Slack",
  },
  {
    guard: "lines of a message to Slack are escaped as its title is",
    code: "...lines.map(slackText),",
    instead: "...lines,",
    tests: [HOSTILE],
    named: "in Slack",
  },
  {
    guard: "names of users are no Markdown in Teams",
    code: 'type: "RichTextBlock",',
    instead: 'type: "TextBlock",',
    tests: [HOSTILE],
    named: "in Teams",
  },
  {
    guard: "a name in a title begins no line of its own",
    code: "title: oneLine(message.title, MAX_TITLE),",
    instead: "title: message.title.slice(0, MAX_TITLE),",
    tests: [HOSTILE],
    named: "in Slack",
  },
  {
    guard: "a name or a note in a line begins no other",
    code: "lines: lines.map((line) => oneLine(line, MAX_LINE)),",
    instead: "lines,",
    tests: [HOSTILE],
    named: "in Teams",
  },
  {
    guard: "a long name is not cut within a character",
    code: ".slice(0, most).toWellFormed()",
    file: "src/webhooks/one-line.ts",
    instead: ".slice(0, most)",
    tests: [HOSTILE],
    named: "a name of any length",
  },
  {
    guard: "the name of a commit's status is one line",
    code: "context: oneLine(`Muster / ${schedule.name ?? schedule.id}`, MAX_CONTEXT),",
    instead: "context: `Muster / ${schedule.name ?? schedule.id}`.slice(0, MAX_CONTEXT),",
    tests: [HOSTILE],
    named: "name a status",
  },
  {
    guard: "people who chat are not told of a run that never began",
    code: 'if (job.status === "CANCELLED" && job.started_at === null) return undefined;',
    instead: "",
    tests: [WORDS],
    named: "before it began",
  },
  {
    guard: "of what newly failed, so many are named and the rest is counted",
    code: "found.tests.slice(0, MAX_TESTS)",
    instead: "found.tests.slice(0)",
    tests: [WORDS],
    named: "more than it names",
  },
];
