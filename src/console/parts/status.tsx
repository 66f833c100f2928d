import type { JobStatus, Presence } from "../../database/enums.ts";
import { Icon } from "./icon.tsx";

/** The words for each status. Each status also has an icon of its own shape. */
export const STATUS_WORDS: Record<JobStatus, string> = {
  PLANNED: "Planned",
  NOT_RUN: "Overdue",
  RUNNING: "Running",
  COMPLETED: "Completed",
  FAILED: "Failed",
  CANCELLED: "Cancelled",
};

export const StatusMark = ({ status }: { status: JobStatus }) => (
  <span class={`mark ${status.toLowerCase()}`}>
    <Icon name={status.toLowerCase()} />
    {STATUS_WORDS[status]}
  </span>
);

export const PresenceMark = ({ presence }: { presence: Presence }) => (
  <span class={`mark ${presence.toLowerCase()}`}>
    <Icon name={presence.toLowerCase()} />
    {presence}
  </span>
);

/** A job as a small mark in a row of many: its shape shows the status, and its text says it. */
export const SmallMark = ({ status, href, label }: { status: JobStatus; href: string; label: string }) => (
  <a class={`dot ${status.toLowerCase()}`} href={href} title={label}>
    {STATUS_WORDS[status]}
  </a>
);
