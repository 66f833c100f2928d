/** The wire contract's "Who may do what": what each scope may do, and nowhere else. */
export const SCOPES = ["admin", "operator", "host"] as const;
export type Scope = (typeof SCOPES)[number];

const EVERYONE = ["operator", "host"] as const;
const OPERATOR = ["operator"] as const;
const HOST = ["host"] as const;
const ADMIN_ONLY = [] as const;

/** Each API operation with the scopes that may do it; `admin` may do everything. */
export const ACCESS = {
  registerHost: HOST,
  updateHost: HOST,
  pingHost: HOST,
  listHosts: EVERYONE,
  getHost: EVERYONE,
  retireHost: ADMIN_ONLY,
  createAgent: EVERYONE,
  updateAgent: EVERYONE,
  activateAgent: EVERYONE,
  deactivateAgent: EVERYONE,
  deleteAgent: EVERYONE,
  listAgents: EVERYONE,
  createProject: OPERATOR,
  listProjects: EVERYONE,
  getProject: EVERYONE,
  createTestRuns: OPERATOR,
  createSchedule: OPERATOR,
  listSchedules: OPERATOR,
  getSchedule: OPERATOR,
  updateSchedule: OPERATOR,
  deleteSchedule: OPERATOR,
  pauseSchedule: OPERATOR,
  resumeSchedule: OPERATOR,
  runScheduleNow: OPERATOR,
  backfillSchedule: OPERATOR,
  previewSchedule: OPERATOR,
  readCalendar: OPERATOR,
  scheduleOnce: EVERYONE,
  pollJobs: HOST,
  listJobs: OPERATOR,
  getJob: EVERYONE,
  reportJob: EVERYONE,
  rerunJob: OPERATOR,
  leaseJobs: HOST,
  renewLease: HOST,
  giveBackLease: HOST,
  cancelSchedule: OPERATOR,
  createToken: ADMIN_ONLY,
  revokeToken: ADMIN_ONLY,
} as const satisfies Record<string, readonly Exclude<Scope, "admin">[]>;
export type Operation = keyof typeof ACCESS;

/** The scopes that may do `operation`, `admin` first. */
export const scopesOf = (operation: Operation): Scope[] => ["admin", ...ACCESS[operation]];

export const mayDo = (scope: Scope, operation: Operation): boolean => scopesOf(operation).includes(scope);

/** How a record names who did something. */
export const nameOf = ({ scope, name }: { scope: Scope; name: string }): string => `${scope} ${name}`;
