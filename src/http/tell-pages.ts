import type { Context } from "hono";
import type { Operation } from "../access/permissions.ts";
import { tellPages } from "../live-updates/client.ts";
import type { App } from "./app.ts";

/** The operations that are no GET and change nothing that a page shows at once. */
const UNSHOWN: readonly Operation[] = [
  "pingHost",
  "leaseJobs",
  "renewLease",
  "giveBackLease",
  "issueSocketTicket",
  "appendLog",
  "createUpload",
  "sendPart",
  "dropUpload",
  "searchAgents",
  "previewSchedule",
  "previewBlackout",
  "previewTestRuns",
  "previewFlakyRules",
  "beginRestore",
  "restoreLines",
  "restoreFile",
  "beginRestoredUpload",
  "restorePart",
  "completeRestoredUpload",
  // The form of the console that chooses the project to show.
  "listProjects",
];
/** The operations that change sessions. */
const OF_SESSIONS: readonly Operation[] = ["rotateToken", "revokeToken"];

/** The operations that may end any job of their project. */
const OF_ALL_JOBS: readonly Operation[] = [
  "updateSchedule",
  "deleteSchedule",
  "pauseSchedule",
  "resumeSchedule",
  "cancelSchedule",
  "deleteAgent",
  "retireHost",
  "deleteProject",
  "createBlackout",
];

/** The job that was moved, as `Changed` has it. */
const movedJob = (operation: Operation, jobId: number | undefined): number | null | undefined =>
  operation === "reportJob" ? jobId : OF_ALL_JOBS.includes(operation) ? null : undefined;

const isChange = (method: string, operation: Operation): boolean =>
  method === "GET" ? operation === "openSocket" : !UNSHOWN.includes(operation);

/** After the answer to a request that changed something, tells the pages that show it and who waits for its job. */
export const tellOfChange = (
  c: Context<App>,
  operation: Operation,
  { project, job }: { project?: number | undefined; job?: number | undefined },
): void => {
  if (!isChange(c.req.method, operation) || c.res.status >= 400) return;
  const sessions = OF_SESSIONS.includes(operation);
  const jobId = movedJob(operation, job);
  const changed = { projectId: project ?? null, sessions, ...(jobId === undefined ? {} : { jobId }) };
  c.executionCtx.waitUntil(tellPages(c.env, changed));
};
