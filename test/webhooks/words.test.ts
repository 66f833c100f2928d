import { describe, expect, test } from "vitest";
import type { EventData } from "../../src/webhooks/event-data.ts";
import { eventsOf, PLAIN, SHA, SITE, sentBy, slackText, teamsCard } from "./words-scene.ts";

const { started, ended, host, missed, paused, alarm, test: tested } = eventsOf(PLAIN);
const nameless = eventsOf({ ...PLAIN, project: null, schedule: null, host: null, note: null });
const many = eventsOf({ ...PLAIN, tests: Array.from({ length: 20 }, (_, place) => `test ${place + 1}`) });

const JOB = "/console/projects/356/jobs/647";
const SIGNS = { good: "✅", bad: "❌", neutral: "ℹ️" };
const COLOURS = { good: "good", bad: "attention", neutral: "default" };

/** Each event, its title and further lines as people read them, what it sounds like, and where it leads. */
const WORDS: [
  what: string,
  event: EventData,
  tone: keyof typeof SIGNS,
  path: string,
  title: string,
  ...lines: string[],
][] = [
  ["a start", started(), "neutral", JOB, "Nightly runs on lab 7 (job 647)", "Project Shop"],
  [
    "an end without a report",
    ended({ status: "COMPLETED" }),
    ...(["good", JOB, "Nightly passed on lab 7 (job 647)", "Project Shop"] as const),
  ],
  [
    "an end with counts",
    ended({ status: "COMPLETED" }, { counts: { passed: 41, skipped: 2, flaky: 1 } }),
    ...([
      "good",
      JOB,
      "Nightly passed on lab 7 (job 647)",
      "41 passed, 2 skipped, 1 flaky",
      "Project Shop",
    ] as const),
  ],
  [
    "a failure with what newly failed",
    ended({ status: "FAILED", reason: "tests_failed" }, { counts: { passed: 3, failed: 2 }, newly: 2 }),
    ...(["bad", JOB, "Nightly failed on lab 7 (job 647)", "3 passed, 2 failed", "Newly failed: 2"] as const),
    ...["cart › adds", "cart › pays", "Project Shop"],
  ],
  [
    "a failure of which nothing is new",
    ended({ status: "FAILED", reason: "tests_failed" }, { counts: { failed: 1 }, newly: 0 }),
    ...(["bad", JOB, "Nightly failed on lab 7 (job 647)", "1 failed", "Project Shop"] as const),
  ],
  [
    "a failure with more than it names",
    many.ended({ status: "FAILED" }, { counts: { failed: 30 }, newly: 30 }),
    ...(["bad", JOB, "Nightly failed on lab 7 (job 647)", "30 failed", "Newly failed: 30"] as const),
    ...Array.from({ length: 10 }, (_, place) => `test ${place + 1}`),
    ...["and 20 more", "Project Shop"],
  ],
  [
    "a failure for a reason without a report",
    ended({ status: "FAILED", reason: "host_lost" }),
    ...(["bad", JOB, "Nightly failed on lab 7 (job 647)", "host lost", "Project Shop"] as const),
  ],
  [
    "a run that was cancelled",
    ended({ status: "CANCELLED", reason: "cancel_requested" }),
    ...([
      "neutral",
      JOB,
      "Nightly was cancelled on lab 7 (job 647)",
      "cancel requested",
      "Project Shop",
    ] as const),
  ],
  [
    "a host that is silent",
    host("host.offline"),
    ...(["bad", "/console/hosts/48", "Host lab 7 fell silent", "Project Shop"] as const),
  ],
  [
    "a host that is back",
    host("host.online"),
    ...(["good", "/console/hosts/48", "Host lab 7 is online", "Project Shop"] as const),
  ],
  [
    "a run that was missed",
    missed(),
    ...(["bad", JOB, "Nightly missed its run of 2026-03-02T10:00:00+00:00", "Project Shop"] as const),
  ],
  [
    "a pause with a note",
    paused(),
    ...(["neutral", "/console/projects/356/schedules/245"] as const),
    ...(["Nightly was paused by operator Ada", "the lab moves", "Project Shop"] as const),
  ],
  [
    "a pause without one, of what is gone",
    nameless.paused(),
    ...(["neutral", "/console/projects/356/schedules/245", "245 was paused by operator Ada"] as const),
  ],
  ["a start of what is gone", nameless.started(), ...(["neutral", JOB, "245 runs on 48 (job 647)"] as const)],
  [
    "an alarm",
    alarm("alarm.raised"),
    ...(["bad", "/console", 'Alarm: Host "lab 7" is silent and has work', "Project Shop"] as const),
  ],
  [
    "its end",
    alarm("alarm.cleared"),
    ...(["good", "/console", 'Over: Host "lab 7" is silent and has work', "Project Shop"] as const),
  ],
  [
    "an alarm of which only the kind is known",
    alarm("alarm.raised", { kind: "disk_low", message: 7 }),
    ...(["bad", "/console", "Alarm: disk low", "Project Shop"] as const),
  ],
  [
    "an alarm of which nothing is known",
    alarm("alarm.raised", {}),
    ...(["bad", "/console", "Alarm: something needs a person", "Project Shop"] as const),
  ],
  [
    "a test",
    tested(),
    ...(["neutral", "/console/projects/356/webhooks/9"] as const),
    ...(["This is a test of the webhook CI, by operator Ada", "Project Shop"] as const),
  ],
];

describe("the words for people", () => {
  test.each(WORDS)("in Slack: %s", async (_, event, tone, path, title, ...lines) => {
    const escaped = [title, ...lines].map((line) => line.replaceAll("&", "&amp;"));
    const { requests, verdict } = await sentBy("slack", event);
    expect(verdict).toMatchObject({ is: "taken", status: 201 });
    expect(requests).toMatchObject([{ method: "POST", url: "https://hooks.slack.com/services/x" }]);
    expect(slackText(requests[0])).toBe(
      [`${SIGNS[tone]} ${escaped.join("\n")}`, `<${SITE}${path}|Open>`].join("\n"),
    );
  });

  test.each(WORDS)("in Teams: %s", async (_, event, tone, path, title, ...lines) => {
    const { requests } = await sentBy("teams", event);
    expect(requests).toMatchObject([{ method: "POST", url: "https://teams.example.com/x" }]);
    expect(teamsCard(requests[0])).toEqual({
      lines: [title, ...lines],
      colour: COLOURS[tone],
      links: [SITE + path],
    });
  });

  test.each(WORDS)("in an e-mail: %s", async (_, event, _tone, path, title, ...lines) => {
    const { mails, requests } = await sentBy("email", event);
    expect(requests).toEqual([]);
    expect(mails).toEqual([
      {
        to: "team@example.com",
        subject: `[Muster] ${title}`,
        text: `${[title, ...lines].join("\n")}\n\n${SITE}${path}\n`,
        id: "evt_1",
      },
    ]);
  });

  test.each(["slack", "teams", "email"] as const)(
    "in %s: nothing of a run that was cancelled before it began",
    async (form) => {
      const { requests, mails, verdict } = await sentBy(
        form,
        ended({ status: "CANCELLED", started_at: null }),
      );
      expect([requests, mails]).toEqual([[], []]);
      expect(verdict).toMatchObject({ is: "taken", note: "its form has nothing to say of this" });
    },
  );

  test("lead nowhere where the address of the service is not known", async () => {
    const unknown = { siteUrl: "" };
    const { requests: slack } = await sentBy("slack", started(), unknown);
    expect(slackText(slack[0])).toBe("ℹ️ Nightly runs on lab 7 (job 647)\nProject Shop");
    const { requests: teams } = await sentBy("teams", started(), unknown);
    expect(teamsCard(teams[0]).links).toEqual([]);
    const { mails } = await sentBy("email", started(), unknown);
    expect(mails[0]?.text).toBe("Nightly runs on lab 7 (job 647)\nProject Shop\n");
  });
});

/** What a forge is told of each event: the state by GitHub's and by GitLab's word, and the description. */
const STATUSES: [what: string, event: EventData, github: string, gitlab: string, description: string][] = [
  ["a start", started(), "pending", "pending", "running"],
  ["an end without a report", ended({ status: "COMPLETED" }), "success", "success", "completed"],
  [
    "an end with counts",
    ended({ status: "COMPLETED" }, { counts: { passed: 41, skipped: 2, flaky: 1 } }),
    ...(["success", "success", "41 of 43 tests passed, 2 skipped"] as const),
  ],
  [
    "a failure of tests",
    ended({ status: "FAILED", reason: "tests_failed" }, { counts: { passed: 3, failed: 2 }, newly: 2 }),
    ...(["failure", "failed", "2 of 5 tests failed"] as const),
  ],
  [
    "a failure for another reason",
    ended({ status: "FAILED", reason: "host_lost" }),
    ...(["error", "failed", "failed: host lost"] as const),
  ],
  [
    "a run that was cancelled",
    ended({ status: "CANCELLED", reason: "expired", started_at: null }),
    ...(["error", "canceled", "cancelled: expired"] as const),
  ],
];

const bodyOf = (body: string | undefined): unknown => JSON.parse(body ?? "null");

describe("the status of a commit", () => {
  test.each(STATUSES)("at GitHub: %s", async (_, event, state, _gitlab, description) => {
    const { requests } = await sentBy("github", event);
    expect(requests[0]).toMatchObject({ url: `https://api.github.com/repos/owner/repo/statuses/${SHA}` });
    expect(bodyOf(requests[0]?.body)).toEqual({
      ...{ state, description, context: "Muster / Nightly", target_url: SITE + JOB },
    });
  });

  test.each(STATUSES)("at GitLab: %s", async (_, event, _github, state, description) => {
    const { requests } = await sentBy("gitlab", event);
    expect(requests).toMatchObject([
      { url: `https://gitlab.com/api/v4/projects/group%2Fapp/statuses/${SHA}` },
    ]);
    expect(bodyOf(requests[0]?.body)).toEqual({
      ...{ state, description, name: "Muster / Nightly", target_url: SITE + JOB },
    });
  });

  test.each(["github", "gitlab"] as const)(
    "at %s: a test reads the repository, what is of no commit asks nothing",
    async (form) => {
      expect((await sentBy(form, tested())).requests).toMatchObject([{ method: "GET" }]);
      for (const event of [
        host("host.offline"),
        missed(),
        paused(),
        alarm("alarm.raised"),
        ended({ commit: null }),
      ]) {
        const { requests, verdict } = await sentBy(form, event);
        expect(requests).toEqual([]);
        expect(verdict).toMatchObject({ is: "taken", note: expect.stringContaining("nothing to say") });
      }
    },
  );
});
