import type { JobStatus, Presence } from "../../database/enums.ts";
import { Icon } from "./icon.tsx";

/** What people read for each status; the icon beside it has a shape of its own. */
export const STATUS_WORDS: Record<JobStatus, string> = {
  PLANNED: "Planned",
  NOT_RUN: "Not run",
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

/** A job as one mark of a row of many, in few bytes: its shape tells the status, and its name says it. */
export const SmallMark = ({ status, href, label }: { status: JobStatus; href: string; label: string }) => (
  <a class={`dot ${status.toLowerCase()}`} href={href} title={label}>
    {STATUS_WORDS[status]}
  </a>
);
