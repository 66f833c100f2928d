import type { Child } from "hono/jsx";
import type { JobStatus, StatusReason } from "../../database/enums.ts";
import { StatusMark } from "./status.tsx";

export const jobPath = (projectId: number, id: number): string => `/console/projects/${projectId}/jobs/${id}`;

/** The words for a history row's reason. */
export const REASON_WORDS: Readonly<Record<StatusReason, string>> = {
  host_lost: "its host fell silent",
  run_limit: "it took longer than it may",
  disk_full: "the disk of its host was full",
  late: "reported late, after its host was thought lost",
  overlap: "another run of its schedule was going on",
  missed: "its time was missed",
  expired: "nobody began it in time",
  agent_deleted: "its agent was removed",
  host_retired: "its host was retired",
  schedule_deleted: "its schedule was deleted",
  schedule_cancelled: "the open jobs of its schedule were cancelled",
  blackout: "its time lies in a blackout of its project",
  tests_failed: "tests failed, by the reports of its run",
  tests_missing: "tests that were due are in no report of its run",
  cancel_requested: "its host was asked to cancel it",
  cancel_unanswered: "its host did not answer the cancel",
  not_begun: "its host did not begin it in time",
  overdue: "nobody had begun it yet",
  reported: "it was made for results that were sent",
};

const isKnown = (reason: string): reason is StatusReason => Object.hasOwn(REASON_WORDS, reason);

export const reasonText = (reason: string): string =>
  isKnown(reason) ? REASON_WORDS[reason] : reason.replaceAll("_", " ");

export const DOUBT =
  "its host has started again or does not name it any more, and whoever ran it may be gone";

interface Listed {
  id: number;
  projectId: number;
  status: JobStatus;
  scheduleName: string;
}

/** A job in one line: its status, its schedule's name, and optional details. */
export const JobLine = ({ job, children }: { job: Listed; children?: Child }) => (
  <li class="job-line">
    <StatusMark status={job.status} />
    <a href={jobPath(job.projectId, job.id)}>
      {job.scheduleName} <span class="quiet">#{job.id}</span>
    </a>
    <span class="quiet">{children}</span>
  </li>
);

/** What to show for an empty list: the meaning, and the next step. */
export const Empty = ({ title, children }: { title: string; children?: Child }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
);
