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
  "previewFlakyRules",
];
/** The operations that change sessions. */
const OF_SESSIONS: readonly Operation[] = ["rotateToken", "revokeToken"];

const isChange = (method: string, operation: Operation): boolean =>
  method === "GET" ? operation === "openSocket" : !UNSHOWN.includes(operation);

/** After the answer to a request that changed something, tells the pages that show it. */
export const tellOfChange = (c: Context<App>, operation: Operation, projectId: number | undefined): void => {
  if (!isChange(c.req.method, operation) || c.res.status >= 400) return;
  const sessions = OF_SESSIONS.includes(operation);
  c.executionCtx.waitUntil(tellPages(c.env, { projectId: projectId ?? null, sessions }));
};
