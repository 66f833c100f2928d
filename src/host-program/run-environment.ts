import { MARK } from "./marked-processes.ts";
import type { Leased } from "./service-types.ts";
import type { AgentSettings } from "./settings.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Variables of the host that runs do not get: its secrets, and the trace that it was itself started in, which is no
 * run's.
 */
const HOSTS_OWN = ["MUSTER_TOKEN", "TRACEPARENT", "TRACESTATE"];

export interface RunPlace {
  leased: Leased;
  agent: AgentSettings;
  /** Identifies the run's processes. */
  mark: string;
  runFolder: string;
  scheduledData: string | undefined;
  directory: string;
}

/** The job's trace, by the names that OpenTelemetry reads in an environment. An agent's own belongs to no other trace. */
const traceOf = ({ job }: Leased): Variables =>
  job.traceparent === undefined ? {} : { TRACEPARENT: job.traceparent, TRACESTATE: job.tracestate };

/**
 * The environment of a run: the host's, the agent's, the job's trace and parameters, the run's own variables, the
 * recipe's. Later ones win.
 */
export const runEnvironment = (host: Variables, place: RunPlace, ofRecipe: Variables): Variables => {
  const inherited = Object.entries(host).filter(([name]) => !HOSTS_OWN.includes(name.toUpperCase()));
  const { leased, agent, mark, runFolder, scheduledData } = place;
  return {
    ...Object.fromEntries(inherited),
    ...agent.env,
    ...traceOf(leased),
    // An older service sends none.
    ...Object.fromEntries((leased.parameters ?? []).map(({ name, value }) => [name, value])),
    MUSTER_JOB_ID: String(leased.job.job_id),
    MUSTER_ATTEMPT: String(leased.attempt),
    MUSTER_PROJECT_ID: String(leased.job.project_id),
    MUSTER_SCHEDULE_ID: String(leased.job.schedule_id),
    MUSTER_RUN_FOLDER: runFolder,
    QTE_SCHEDULED_TX_DATA: scheduledData,
    ...ofRecipe,
    [MARK]: mark,
  };
};
