import { MARK } from "./marked-processes.ts";
import type { Leased } from "./service-types.ts";
import type { AgentSettings } from "./settings.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The host's secrets, which runs do not get. */
const HOST_SECRETS = ["MUSTER_TOKEN"];

export interface RunPlace {
  leased: Leased;
  agent: AgentSettings;
  /** Identifies the run's processes. */
  mark: string;
  runFolder: string;
  scheduledData: string | undefined;
  directory: string;
}

/**
 * The environment of a run: the host's, the agent's, the job's parameters, the run's own variables, the
 * recipe's. Later ones win.
 */
export const runEnvironment = (host: Variables, place: RunPlace, ofRecipe: Variables): Variables => {
  const inherited = Object.entries(host).filter(([name]) => !HOST_SECRETS.includes(name.toUpperCase()));
  const { leased, agent, mark, runFolder, scheduledData } = place;
  return {
    ...Object.fromEntries(inherited),
    ...agent.env,
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
