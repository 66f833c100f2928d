import type { Scope } from "../database/enums.ts";
import { DomainError } from "../wire/refusals.ts";

const EVERYONE = ["operator", "host"] as const;
const OPERATOR = ["operator"] as const;
const HOST = ["host"] as const;
const METRICS = ["metrics"] as const;
const ADMIN_ONLY = [] as const;

/** The scopes that may do each operation of the API, besides `admin`, which may do everything. */
const ACCESS = {
  registerHost: HOST,
  updateHost: HOST,
  pingHost: HOST,
  listHosts: EVERYONE,
  getHost: EVERYONE,
  retireHost: ADMIN_ONLY,
  startMaintenance: OPERATOR,
  endMaintenance: OPERATOR,
  acknowledgeHost: OPERATOR,
  unacknowledgeHost: OPERATOR,
  createAgent: EVERYONE,
  updateAgent: EVERYONE,
  activateAgent: EVERYONE,
  deactivateAgent: EVERYONE,
  deleteAgent: EVERYONE,
  listAgents: EVERYONE,
  searchAgents: EVERYONE,
  createProject: OPERATOR,
  listProjects: EVERYONE,
  getProject: EVERYONE,
  updateProject: OPERATOR,
  deleteProject: ADMIN_ONLY,
  createTestRuns: OPERATOR,
  previewTestRuns: OPERATOR,
  listTestRuns: OPERATOR,
  getTestRun: OPERATOR,
  updateTestRun: OPERATOR,
  deleteTestRun: OPERATOR,
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
  acknowledgeSchedule: OPERATOR,
  unacknowledgeSchedule: OPERATOR,
  getBadge: OPERATOR,
  setBadge: OPERATOR,
  removeBadge: OPERATOR,
  readCalendar: OPERATOR,
  createBlackout: OPERATOR,
  previewBlackout: OPERATOR,
  listBlackouts: OPERATOR,
  deleteBlackout: OPERATOR,
  listAlarms: OPERATOR,
  createWebhook: OPERATOR,
  listWebhooks: OPERATOR,
  getWebhook: OPERATOR,
  updateWebhook: OPERATOR,
  deleteWebhook: OPERATOR,
  rotateWebhook: OPERATOR,
  testWebhook: OPERATOR,
  listDeliveries: OPERATOR,
  resendDelivery: OPERATOR,
  resendDeliveries: OPERATOR,
  scheduleOnce: EVERYONE,
  pollJobs: HOST,
  listJobs: OPERATOR,
  getJob: EVERYONE,
  reportJob: EVERYONE,
  rerunJob: OPERATOR,
  sendReport: HOST,
  sendAutoTestLog: EVERYONE,
  sendAutoTestLogs: EVERYONE,
  getAutoTestLogs: EVERYONE,
  appendLog: HOST,
  readLog: EVERYONE,
  sendArtifact: HOST,
  createUpload: HOST,
  sendPart: HOST,
  completeUpload: HOST,
  dropUpload: HOST,
  listArtifacts: EVERYONE,
  getArtifact: EVERYONE,
  listReports: EVERYONE,
  getReport: EVERYONE,
  listJobResults: EVERYONE,
  exportResults: EVERYONE,
  listTests: OPERATOR,
  getTest: OPERATOR,
  getTestHistory: OPERATOR,
  compareJobs: OPERATOR,
  getFlakyRules: OPERATOR,
  setFlakyRules: OPERATOR,
  previewFlakyRules: OPERATOR,
  listQuarantines: OPERATOR,
  quarantineTest: OPERATOR,
  releaseTest: OPERATOR,
  leaseJobs: HOST,
  renewLease: HOST,
  giveBackLease: HOST,
  openSocket: HOST,
  issueSocketTicket: HOST,
  cancelSchedule: OPERATOR,
  createToken: ADMIN_ONLY,
  listTokens: ADMIN_ONLY,
  getToken: ADMIN_ONLY,
  rotateToken: ADMIN_ONLY,
  revokeToken: ADMIN_ONLY,
  listAudit: ADMIN_ONLY,
  readMetrics: METRICS,
  exportInstallation: ADMIN_ONLY,
  exportFile: ADMIN_ONLY,
  beginRestore: ADMIN_ONLY,
  restoreLines: ADMIN_ONLY,
  restoreFile: ADMIN_ONLY,
  beginRestoredUpload: ADMIN_ONLY,
  restorePart: ADMIN_ONLY,
  completeRestoredUpload: ADMIN_ONLY,
  finishRestore: ADMIN_ONLY,
} as const satisfies Record<string, readonly Exclude<Scope, "admin">[]>;
export type Operation = keyof typeof ACCESS;

export const scopesOf = (operation: Operation): Scope[] => ["admin", ...ACCESS[operation]];

const isOf = (scope: Scope, operation: Operation): boolean => {
  const scopes: readonly Scope[] = ACCESS[operation];
  return scope === "admin" || scopes.includes(scope);
};

/** The only operations of a register-only token. */
const REGISTER_ONLY: readonly Operation[] = ["registerHost"];
const OF_ALL_PROJECTS =
  "a token that is limited to projects may not do this, since the host may be of others too; ask an admin";
/** Operations that a limit to projects forbids, and what the refusal says. */
const BEYOND_PROJECTS: Readonly<Partial<Record<Operation, string>>> = {
  createProject: "a token that is limited to projects may not make others; ask an admin",
  acknowledgeHost: OF_ALL_PROJECTS,
  unacknowledgeHost: OF_ALL_PROJECTS,
};

/** Why a token may not do `operation` on anything; undefined if it may. */
const refusalReason = (
  { scope, registerOnly, projectIds }: Limits & { scope: Scope },
  operation: Operation,
): string | undefined => {
  if (!isOf(scope, operation))
    return `a token of scope ${scope} may not do this; it takes ${scopesOf(operation).join(" or ")}`;
  if (registerOnly && !REGISTER_ONLY.includes(operation))
    return "this token registers new hosts and does nothing else; use the token in the Host-Token header of the answer";
  return projectIds === null ? undefined : BEYOND_PROJECTS[operation];
};

/** Throws `forbidden` if a token may not do `operation` on anything. */
export const refuseUnlessMayDo = (actor: Limits & { scope: Scope }, operation: Operation): void => {
  const why = refusalReason(actor, operation);
  if (why !== undefined) throw new DomainError("forbidden", why);
};

export const mayDo = (actor: Limits & { scope: Scope }, operation: Operation): boolean =>
  refusalReason(actor, operation) === undefined;

/** A token's limits besides its scope; null: no limit. Only `host` tokens are limited to a host, and `admin` tokens have no limits. */
export interface Limits {
  /** The only projects that it may access. */
  projectIds: readonly number[] | null;
  /** The only host that it may access. */
  hostId: number | null;
  /** It can only register new hosts. */
  registerOnly: boolean;
}

export const UNLIMITED: Limits = { projectIds: null, hostId: null, registerOnly: false };

/** Whether a token may access a project. A project that it may not access is answered as not found. */
export const allowsProject = ({ projectIds }: Pick<Limits, "projectIds">, project: number): boolean =>
  projectIds?.includes(project) ?? true;

/** The project to list: `requested`, if the token may access it; else the first project that it is limited to. */
export const listedProject = (
  limits: Pick<Limits, "projectIds">,
  requested: number | undefined,
): number | undefined =>
  requested !== undefined && allowsProject(limits, requested) ? requested : limits.projectIds?.[0];

/** Whether a token's limit to a host allows this host. */
export const allowsHost = ({ hostId }: Pick<Limits, "hostId">, host: number): boolean =>
  hostId === null || hostId === host;

/** The form in which records name an actor. */
export const nameOf = ({ scope, name }: { scope: Scope; name: string }): string => `${scope} ${name}`;

/** Who makes a call. The bootstrap token has id 0. */
export interface Actor extends Limits {
  tokenId: number;
  name: string;
  scope: Scope;
}
