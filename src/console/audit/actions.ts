import type { Action } from "../../audit/author.ts";

/** The changes that the audit can have, as its filter offers them: by what they are of. */
export const ACTIONS: readonly Action[] = [
  ...(["createProject", "updateProject", "deleteProject"] as const),
  ...(["createTestRuns", "updateTestRun", "deleteTestRun"] as const),
  ...(["registerHost", "updateHost", "retireHost", "startMaintenance", "endMaintenance"] as const),
  ...(["acknowledgeHost", "unacknowledgeHost"] as const),
  ...(["createAgent", "updateAgent", "activateAgent", "deactivateAgent", "deleteAgent"] as const),
  ...(["createSchedule", "updateSchedule", "pauseSchedule", "resumeSchedule", "deleteSchedule"] as const),
  ...(["runScheduleNow", "backfillSchedule", "scheduleOnce", "cancelSchedule"] as const),
  ...(["acknowledgeSchedule", "unacknowledgeSchedule", "setBadge", "removeBadge"] as const),
  ...(["createBlackout", "deleteBlackout", "cancelJob", "rerunJob", "sendAutoTestLog"] as const),
  ...(["setFlakyRules", "quarantineTest", "releaseTest"] as const),
  ...(["createWebhook", "updateWebhook", "rotateWebhook", "deleteWebhook"] as const),
  ...(["testWebhook", "resendDelivery", "resendDeliveries"] as const),
  ...(["createToken", "rotateToken", "revokeToken"] as const),
];
