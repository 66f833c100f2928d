import type { EventData } from "../../src/webhooks/event-data.ts";
import type { FailedTest, Form, Told, Verdict, Ways } from "../../src/webhooks/form.ts";
import { githubForm } from "../../src/webhooks/github.ts";
import { gitlabForm } from "../../src/webhooks/gitlab.ts";
import { FakeGithub, FakeGitlab, TOKEN } from "./fake-forges.ts";

export const SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
export const NOW = Date.parse("2026-03-02T10:00:00Z");
export const LINK = "https://muster.example/console/projects/356/jobs/647";

type JobEvent = Extract<EventData, { type: "job.started" | "job.ended" }>;
type Ended = Extract<EventData, { type: "job.ended" }>["data"];

export const NO_TESTS = { passed: 0, failed: 0, errors: 0, skipped: 0, flaky: 0, missing: 0, quarantined: 0 };

const data = (job: Partial<Ended["job"]> = {}): Omit<Ended, "counts" | "newly_failed"> => ({
  project: { id: 356, name: "Shop" },
  schedule: { id: 245, name: "Nightly" },
  host: { id: 48, name: "lab 7" },
  agent: { id: 148, name: "chrome" },
  job: {
    ...{ id: 647, attempt: 1, status: "RUNNING", reason: null, by: "host lab 7", commit: SHA },
    ...{ scheduled_at: "2026-03-02T09:00:00+00:00", started_at: null, exit_code: null, url: null },
    ...job,
  },
});

export const started = (job: Partial<Ended["job"]> = {}): JobEvent => ({
  ...{ type: "job.started", timestamp: "2026-03-02T10:00:00+00:00", data: data(job) },
});

export const ended = (
  status: "COMPLETED" | "FAILED" | "CANCELLED",
  { counts = null, ...job }: Partial<Ended["job"]> & { counts?: Ended["counts"] } = {},
): JobEvent => ({
  type: "job.ended",
  timestamp: "2026-03-02T10:05:00+00:00",
  data: { ...data({ status, ...job }), counts, newly_failed: null },
});

export const FAILED: FailedTest[] = [
  {
    file: "test/cart.spec.ts",
    title: "cart › adds `two` @all",
    message: "expected 2, got 1\n[see](https://evil.example)",
    detail: "at test/cart.spec.ts:41:7",
  },
  { file: null, title: "checkout", message: null, detail: null },
];

/** Tells an event by a form, and gives the verdict. */
export const teller =
  (form: Form, { target, send }: { target: string; send: Ways["send"] }) =>
  (
    event: EventData,
    {
      failed = [],
      credential = TOKEN,
      siteUrl = "https://muster.example",
    }: Partial<Told> & {
      failed?: FailedTest[];
      siteUrl?: string;
    } = {},
  ): Promise<Verdict> =>
    form.tell(
      { id: "evt_1", at: NOW, event, body: JSON.stringify(event), target, secrets: [], credential },
      {
        ...{ now: NOW, siteUrl, send, mail: null },
        failedTests: async (limit) => failed.slice(0, limit),
      },
    );

export const github = () => {
  const forge = new FakeGithub("https://api.github.com/repos/owner/repo", [SHA]);
  return { forge, tell: teller(githubForm, { target: "https://github.com/owner/repo", send: forge.send }) };
};

export const gitlab = () => {
  const forge = new FakeGitlab("https://gitlab.com/api/v4/projects/group%2Fsub%2Fapp", [SHA]);
  const target = "https://gitlab.com/group/sub/app";
  return { forge, tell: teller(gitlabForm, { target, send: forge.send }) };
};

export const red = { ...NO_TESTS, passed: 37, failed: 2, errors: 1, flaky: 4, missing: 1 };
