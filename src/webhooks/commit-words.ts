import type { EventData } from "./event-data.ts";
import type { FailedTest } from "./form.ts";
import { oneLine } from "./one-line.ts";

/** How many failed tests are told with a commit's status. */
export const MAX_FAILED = 50;
const MAX_MESSAGE = 2000;
const MAX_LINE = 200;

type JobEvent = Extract<EventData, { type: "job.started" | "job.ended" }>;

/** How a run of a commit stands; "error": it says nothing of the tests. */
type CommitState = "pending" | "success" | "failure" | "error" | "cancelled";

/** The status of a commit as an event says it. */
export interface CommitStatus {
  state: CommitState;
  /** A few words for people. */
  description: string;
  /** What is told apart by it: the runs of one schedule replace each other. */
  context: string;
  /** The page of the job; undefined where the service's address is not known. */
  link: string | undefined;
}

const MAX_CONTEXT = 100;

const reasonIn = ({ reason }: { reason: string | null }): string =>
  reason === null ? "" : `: ${reason.replaceAll("_", " ")}`;

const tests = (count: number): string => (count === 1 ? "1 test" : `${count} tests`);

type Counts = NonNullable<Extract<JobEvent, { type: "job.ended" }>["data"]["counts"]>;

/** The flaky ones are among those that passed. */
const totalOf = ({ flaky, ...counts }: Counts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const endOf = ({ job, counts }: Extract<JobEvent, { type: "job.ended" }>["data"]): [CommitState, string] => {
  if (job.status === "CANCELLED") return ["cancelled", `cancelled${reasonIn(job)}`];
  if (job.status === "COMPLETED") {
    if (counts === null) return ["success", "completed"];
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    return ["success", `${counts.passed} of ${tests(totalOf(counts))} passed${skipped}`];
  }
  const red = counts === null ? 0 : counts.failed + counts.errors;
  if (counts !== null && red + counts.missing > 0) {
    const missing = counts.missing > 0 ? `, ${counts.missing} missing` : "";
    return ["failure", `${red} of ${tests(totalOf(counts))} failed${missing}`];
  }
  if (job.reason !== null) return ["error", `failed${reasonIn(job)}`];
  return ["failure", job.exit_code === null ? "failed" : `failed with exit code ${job.exit_code}`];
};

/** The status that an event gives to the commit of its run. */
export const commitStatusOf = (event: JobEvent, siteUrl: string): CommitStatus => {
  const { project, schedule, job } = event.data;
  const [state, description] =
    event.type === "job.started" ? (["pending", "running"] as const) : endOf(event.data);
  return {
    state,
    description,
    context: oneLine(`Muster / ${schedule.name ?? schedule.id}`, MAX_CONTEXT),
    link: siteUrl === "" ? undefined : `${siteUrl}/console/projects/${project.id}/jobs/${job.id}`,
  };
};

/** What identifies a run at a forge, so that what was told of it is found again. */
export const runKey = ({ data: { job } }: JobEvent): string => `muster-job-${job.id}-${job.attempt}`;

/** Text from a report as Markdown that means nothing: no link, no mention of people, no command. */
const codeSpan = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim().slice(0, MAX_LINE).toWellFormed() || " ";
  const ticks = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(ticks + 1);
  return line.startsWith("`") || line.endsWith("`") ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
};

export const messageOf = ({ message, detail }: FailedTest): string =>
  (message ?? detail ?? "it failed").trim().slice(0, MAX_MESSAGE).toWellFormed() || "it failed";

/** Failed tests as a list in Markdown; `more`: there are others. */
export const failedList = (failed: readonly FailedTest[], more: number): string =>
  [
    ...failed.map((each) => `- ${codeSpan(each.title)}: ${codeSpan(messageOf(each))}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join("\n");

/** How many tests failed in a run beside those that are listed. */
export const moreThan = (event: JobEvent, listed: number): number => {
  if (event.type !== "job.ended" || event.data.counts === null) return 0;
  return Math.max(0, event.data.counts.failed + event.data.counts.errors - listed);
};
