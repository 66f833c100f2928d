import { usePageContext } from "../page-context.ts";
import { Icon } from "./icon.tsx";
import { jobPath } from "./job.tsx";

/** The notices after an action. The address names one, so that a link cannot insert other text. */
const NOTICES = {
  "signed-in": "You are signed in.",
  "project-made": "The project is there.",
  "project-renamed": "The project has its new name.",
  "project-deleted": "The project is deleted. What it had is removed within the next hours.",
  "test-saved": "The test is saved. Schedules and jobs that have it keep their copy.",
  "test-deleted": "The test is deleted. Schedules and jobs that have it keep their copy.",
  "first-run-made": "The run is made: the host begins it within seconds.",
  "agent-made": "The agent is there.",
  "agent-saved": "The agent is saved.",
  "agent-activated": "The agent is active: its jobs are handed out.",
  "agent-deactivated": "The agent is inactive: its jobs stay and are not handed out.",
  "agent-removed": "The agent is removed, and its open jobs are cancelled.",
  "host-retired":
    "The host is retired, and its open jobs are cancelled. Registering its guid again revives it.",
  "maintenance-began": "The host is handed no job any more, and finishes what it runs.",
  "maintenance-ended": "The maintenance has ended: the host is handed jobs again.",
  "job-cancelled": "The job is cancelled.",
  "cancel-asked": "The host is asked to cancel its run. Cancel again to end it at once.",
  "job-made": "This job runs the other one again.",
  "job-runs-again": "It runs again: its host is given the new job.",
  acknowledged: "It is acknowledged: until then it stands under Acknowledged.",
  unacknowledged: "It asks for attention again.",
  "schedule-made": "The schedule is made.",
  "schedule-saved": "The schedule is saved. Jobs that may have been handed out stay as they were.",
  "schedule-paused": "The schedule is paused: nothing of it is handed out.",
  "schedule-resumed": "The schedule goes on.",
  "schedule-ran": "A job is added that is due now.",
  "schedule-cancelled": "Its open jobs are cancelled. Those that run go on.",
  "blackout-made": "The blackout is there: what was planned within it is cancelled.",
  "blackout-deleted": "The blackout is deleted. What it left out is planned again within the hour.",
  "schedule-deleted": "The schedule is deleted, and its open jobs are cancelled.",
  "badge-set": "The badge is there, for anyone who has its address.",
  "badge-renewed": "The badge has a new address: the one before shows nothing any more.",
  "badge-removed": "The badge is taken away: its address shows nothing any more.",
  "test-quarantined": "The test is under quarantine: from its next run on its failures fail no job.",
  "test-released": "The quarantine has ended: failures of the test fail jobs again.",
  "flaky-rules-saved": "The rules are saved, and the tests are judged by them.",
  "webhook-made": "The webhook is there. Send it a test.",
  "webhook-saved": "The webhook is saved.",
  "webhook-enabled": "The webhook is enabled: it is told of what happens from now on.",
  "webhook-disabled": "The webhook is disabled: nothing is sent to it.",
  "webhook-deleted": "The webhook is deleted: nothing is sent to it any more.",
  "webhook-test-taken": "The receiver took the test.",
  "webhook-test-failed": "The receiver did not take the test: the first of the deliveries below says why.",
  "delivery-resent": "It waits again, and is sent within seconds.",
  "token-revoked": "The token is revoked: it is refused everywhere within 30 s.",
} as const;
export type Notice = keyof typeof NOTICES;

const isNotice = (name: string): name is Notice => Object.hasOwn(NOTICES, name);

export const Done = ({ name }: { name: string | undefined }) => {
  const { made } = usePageContext();
  return name !== undefined && isNotice(name) ? (
    <p class="notice good" role="status" data-done="">
      <Icon name="completed" />
      <span>
        {NOTICES[name]}
        {made && (
          <>
            {" "}
            <a href={jobPath(made.project, made.job)}>To job #{made.job}</a>
          </>
        )}
      </span>
    </p>
  ) : null;
};

/** An error message, shown above what it concerns. */
export const Problem = ({ children }: { children: string }) => (
  <p class="notice bad" role="alert">
    <Icon name="failed" />
    <span>{children}</span>
  </p>
);
