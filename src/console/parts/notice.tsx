import { Icon } from "./icon.tsx";

/** What a page says after an action, by the name that its address carries: no other words can be put there. */
const SAID = {
  "signed-in": "You are signed in.",
  "project-made": "The project is there.",
  "agent-made": "The agent is there.",
  "agent-saved": "The agent is saved.",
  "agent-activated": "The agent is active: its jobs are handed out.",
  "agent-deactivated": "The agent is inactive: its jobs stay and are not handed out.",
  "agent-removed": "The agent is removed, and its open jobs are cancelled.",
  "host-retired":
    "The host is retired, and its open jobs are cancelled. Registering its guid again revives it.",
  "job-cancelled": "The job is cancelled.",
  "cancel-asked": "The host is asked to cancel its run. Cancel again to end it at once.",
  "job-made": "This job runs the other one again.",
  "schedule-made": "The schedule is made.",
  "schedule-saved": "The schedule is saved. Jobs that may have been handed out stay as they were.",
  "schedule-paused": "The schedule is paused: nothing of it is handed out.",
  "schedule-resumed": "The schedule goes on.",
  "schedule-ran": "A job is added that is due now.",
  "schedule-cancelled": "Its open jobs are cancelled. Those that run go on.",
  "schedule-deleted": "The schedule is deleted, and its open jobs are cancelled.",
  "token-revoked": "The token is revoked: it is refused everywhere within 30 s.",
} as const;
export type Said = keyof typeof SAID;

const isSaid = (name: string): name is Said => Object.hasOwn(SAID, name);

export const Done = ({ name }: { name: string | undefined }) =>
  name !== undefined && isSaid(name) ? (
    <p class="notice good" role="status" data-done="">
      <Icon name="completed" />
      {SAID[name]}
    </p>
  ) : null;

/** What went wrong, at the head of what it concerns. */
export const Problem = ({ children }: { children: string }) => (
  <p class="notice bad" role="alert">
    <Icon name="failed" />
    <span>{children}</span>
  </p>
);
