import { z } from "zod";
import type { EventData } from "../../src/webhooks/event-data.ts";
import type { FailedTest, Mail, Outgoing, Told, Verdict, Ways } from "../../src/webhooks/form.ts";
import { FORMS } from "../../src/webhooks/forms.ts";

export const SITE = "https://muster.example";
export const SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

/** The words that events have of people: all of them are in some message. */
export interface Names {
  project: string | null;
  schedule: string | null;
  host: string | null;
  by: string;
  note: string | null;
  tests: string[];
  message: string;
  webhook: string;
}

export const PLAIN: Names = {
  ...{ project: "Shop", schedule: "Nightly", host: "lab 7", by: "operator Ada", note: "the lab moves" },
  ...{ tests: ["cart › adds", "cart › pays"], message: 'Host "lab 7" is silent and has work', webhook: "CI" },
};

type Ended = Extract<EventData, { type: "job.ended" }>["data"];

const at = "2026-03-02T10:00:00+00:00";

/** Makes events with these names. */
export const eventsOf = ({ project, schedule, host, by, note, tests, message, webhook }: Names) => {
  const ids = {
    project: { id: 356, name: project },
    schedule: { id: 245, name: schedule },
    host: { id: 48, name: host },
  };
  const job = (facts: Partial<Ended["job"]>): Ended["job"] => ({
    ...{ id: 647, attempt: 1, status: "RUNNING", reason: null, by, scheduled_at: at, started_at: at },
    ...{ exit_code: null, commit: SHA, url: null },
    ...facts,
  });
  const of = { ...ids, agent: { id: 148, name: "chrome" } };
  const alarm = { id: 12, kind: "host_silent", message, host: ids.host };
  return {
    started: (): EventData => ({ type: "job.started", timestamp: at, data: { ...of, job: job({}) } }),
    ended: (
      facts: Partial<Ended["job"]>,
      {
        counts = null,
        newly = null,
      }: { counts?: Partial<NonNullable<Ended["counts"]>> | null; newly?: number | null } = {},
    ): EventData => {
      const none = { passed: 0, failed: 0, errors: 0, skipped: 0, flaky: 0, missing: 0, quarantined: 0 };
      return {
        type: "job.ended",
        timestamp: at,
        data: {
          ...of,
          job: job(facts),
          counts: counts && { ...none, ...counts },
          newly_failed: newly === null ? null : { count: newly, tests },
        },
      };
    },
    host: (type: "host.offline" | "host.online"): EventData => ({ type, timestamp: at, data: ids }),
    missed: (): EventData => ({
      type: "schedule.missed",
      timestamp: at,
      data: { ...ids, job_id: 647, scheduled_at: at },
    }),
    paused: (): EventData => ({ type: "schedule.paused", timestamp: at, data: { ...ids, by, note } }),
    alarm: (type: "alarm.raised" | "alarm.cleared", facts: Record<string, unknown> = alarm): EventData => ({
      ...{ type, timestamp: at, data: { project: ids.project, alarm: facts } },
    }),
    test: (): EventData => ({
      type: "webhook.test",
      timestamp: at,
      data: { project: ids.project, webhook: { id: 9, name: webhook }, by },
    }),
  };
};

const TARGETS = {
  ...{ slack: "https://hooks.slack.com/services/x", teams: "https://teams.example.com/x" },
  ...{ email: "team@example.com", standard: "https://ci.example.com/x" },
  ...{ github: "https://github.com/owner/repo", gitlab: "https://gitlab.com/group/app" },
} as const;

/** What a form sends of an event, its requests answered by 201, and how it judges that. */
export const sentBy = async (
  form: keyof typeof TARGETS,
  event: EventData,
  { siteUrl = SITE, failed = [] }: { siteUrl?: string; failed?: FailedTest[] } = {},
): Promise<{ requests: Outgoing[]; mails: Mail[]; verdict: Verdict }> => {
  const requests: Outgoing[] = [];
  const mails: Mail[] = [];
  const told: Told = {
    ...{ id: "evt_1", at: 0, event, body: JSON.stringify(event), target: TARGETS[form] },
    ...{ secrets: [], credential: form === "github" || form === "gitlab" ? "glpat-x" : null },
  };
  const ways: Ways = {
    ...{ now: 0, siteUrl },
    send: async (request) => {
      requests.push(request);
      return {
        status: request.method === "GET" ? 200 : 201,
        retryAfter: null,
        text: "[]",
        limitedUntil: null,
      };
    },
    failedTests: async (limit) => failed.slice(0, limit),
    mail: async (mail) => {
      mails.push(mail);
      return { is: "taken", status: null, note: "handed to the platform" };
    },
  };
  const verdict = await FORMS[form].tell(told, ways);
  return { requests, mails, verdict };
};

const slackShape = z.strictObject({
  text: z.string(),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
});

/** The text of a request to Slack. */
export const slackText = (request: Outgoing | undefined): string =>
  slackShape.parse(JSON.parse(request?.body ?? "")).text;

/** Blocks of plain text alone: all others would read Markdown. */
const block = z.strictObject({
  type: z.literal("RichTextBlock"),
  inlines: z
    .array(
      z.strictObject({
        type: z.literal("TextRun"),
        text: z.string(),
        weight: z.literal("bolder").optional(),
        color: z.enum(["good", "attention", "default"]).optional(),
      }),
    )
    .length(1),
});
const teamsShape = z.strictObject({
  type: z.literal("message"),
  attachments: z
    .array(
      z.looseObject({
        content: z.looseObject({
          body: z.array(block),
          actions: z.array(
            z.strictObject({ type: z.literal("Action.OpenUrl"), title: z.literal("Open"), url: z.string() }),
          ),
        }),
      }),
    )
    .length(1),
});

/** The lines of a request to Teams, the colour of the first, and where its button leads. */
export const teamsCard = (request: Outgoing | undefined) => {
  const content = teamsShape.parse(JSON.parse(request?.body ?? "")).attachments[0]?.content;
  const runs = content?.body.map(({ inlines }) => inlines[0]) ?? [];
  return {
    lines: runs.map((run) => run?.text),
    colour: runs[0]?.color,
    links: content?.actions.map(({ url }) => url),
  };
};
