import { spanOf } from "../programs/screen.ts";
import type { HostEvent, RunFacts } from "./events.ts";

export const nameOf = ({ job, attempt, agent }: RunFacts): string =>
  `job ${job}${attempt > 1 ? ` attempt ${attempt}` : ""} (${agent})`;

/** An event as a line; null if it is not printed. */
export const lineOf = (event: HostEvent, verbose: boolean): string | null => {
  switch (event.event) {
    case "started":
      return `host ${event.host} "${event.name}" is ready for ${event.agents.join(", ")} (muster-host ${event.version})`;
    case "run_started": {
      const { tests } = event.run;
      const what = tests === null ? "everything" : `${tests} ${tests === 1 ? "test" : "tests"}`;
      return `${nameOf(event.run)} runs ${what}${event.lastMs === null ? "" : `; last time it took ${spanOf(event.lastMs)}`}`;
    }
    case "output":
      return verbose ? `${nameOf(event.run)} | ${event.line}` : null;
    case "run_stopping":
      return `${nameOf(event.run)} is stopped: ${event.reason}`;
    case "run_ended": {
      const why = event.reason === null ? "" : `: ${event.reason}`;
      const left = event.left.length === 0 ? "" : `; processes ${event.left.join(", ")} can't be ended`;
      return `${nameOf(event.run)} ${event.status} after ${spanOf(event.ms)}${why}${left}`;
    }
    case "reported":
    case "files_sent":
      return null;
    case "report_refused":
      return `job ${event.job} ended ${event.status}, which the service does not take: ${event.message}`;
    case "reloaded": {
      const { agents, waiting } = event;
      const later = waiting.length === 0 ? "" : `; only the next start applies ${waiting.join(", ")}`;
      return `the configuration is read again, with ${agents.join(", ")}${later}`;
    }
    case "trouble":
    case "well_again":
    case "stopping":
      return event.message;
    case "stopped":
      return `${event.counts.COMPLETED} completed, ${event.counts.FAILED} failed, ${event.counts.CANCELLED} cancelled`;
  }
};
