import type { Ready } from "../world.ts";
import { ALL, type Calls, PEOPLE, project, schedules } from "./access-paths.ts";

const blackouts = (ready: Ready) => `${project(ready)}/automation/blackouts`;
const BLACKOUT = { name: "x", days: ["2096-12-24"] };
const SCHEDULE = { cron: "0 * * * *", time_zone: "UTC" };

/** Schedules, blackouts, badges and alarms. */
export const scheduleCalls: Calls = {
  "make a blackout": { request: (ready) => ["POST", blackouts(ready), BLACKOUT], scopes: PEOPLE },
  "preview a blackout": {
    request: (ready) => ["POST", `${blackouts(ready)}/preview`, BLACKOUT],
    scopes: PEOPLE,
  },
  "list blackouts": { request: (ready) => ["GET", blackouts(ready)], scopes: PEOPLE },
  "delete a blackout": { request: (ready) => ["DELETE", `${blackouts(ready)}/1`], scopes: PEOPLE },
  schedule: {
    request: (ready) => [
      "POST",
      `${project(ready)}/automation/schedules`,
      { name: "x", agent_server_id: ready.agentId, start_date: "2026-03-02T10:00:00Z" },
    ],
    scopes: PEOPLE,
  },
  "acknowledge a schedule": {
    request: (ready) => [
      "PUT",
      `${project(ready)}/automation/schedules/1/acknowledgement`,
      { until: "2026-03-02T12:00:00Z" },
    ],
    scopes: PEOPLE,
  },
  "end a schedule's acknowledgement": {
    request: (ready) => ["DELETE", `${project(ready)}/automation/schedules/1/acknowledgement`],
    scopes: PEOPLE,
  },
  "schedule/create": {
    request: ({ projectId, agentId }) => [
      "POST",
      "/api/v3/automation/jobs/schedule/create",
      { projectId, agentId },
    ],
    scopes: ALL,
  },
  "preview a schedule": {
    request: (ready) => ["POST", `${schedules(ready)}/preview`, SCHEDULE],
    scopes: PEOPLE,
  },
  "list schedules": { request: (ready) => ["GET", schedules(ready)], scopes: PEOPLE },
  "read a schedule": { request: (ready) => ["GET", `${schedules(ready)}/1`], scopes: PEOPLE },
  "change a schedule": {
    request: (ready) => [
      "PUT",
      `${schedules(ready)}/1`,
      { name: "x", agent_server_id: ready.agentId, cron: "0 * * * *" },
    ],
    scopes: PEOPLE,
  },
  "delete a schedule": { request: (ready) => ["DELETE", `${schedules(ready)}/1`], scopes: PEOPLE },
  "pause a schedule": { request: (ready) => ["POST", `${schedules(ready)}/1/pause`, {}], scopes: PEOPLE },
  "resume a schedule": { request: (ready) => ["POST", `${schedules(ready)}/1/resume`], scopes: PEOPLE },
  "run a schedule now": {
    request: (ready) => ["POST", `${schedules(ready)}/1/run-now`, {}],
    scopes: PEOPLE,
  },
  "backfill a schedule": {
    request: (ready) => [
      "POST",
      `${schedules(ready)}/1/backfill`,
      { from: "2026-03-01T10:00:00Z", to: "2026-03-01T12:00:00Z" },
    ],
    scopes: PEOPLE,
  },
  "cancel what a schedule planned": {
    request: (ready) => ["POST", `${schedules(ready)}/1/cancel`],
    scopes: PEOPLE,
  },
  "read the calendar": {
    request: (ready) => [
      "GET",
      `${project(ready)}/automation/calendar?from=2026-03-02T10:00:00Z&to=2026-03-02T12:00:00Z`,
    ],
    scopes: PEOPLE,
  },
  "list alarms": { request: (ready) => ["GET", `${project(ready)}/automation/alarms`], scopes: PEOPLE },
  "read a badge": { request: (ready) => ["GET", `${schedules(ready)}/1/badge`], scopes: PEOPLE },
  "give a badge": { request: (ready) => ["PUT", `${schedules(ready)}/1/badge`, {}], scopes: PEOPLE },
  "take a badge away": { request: (ready) => ["DELETE", `${schedules(ready)}/1/badge`], scopes: PEOPLE },
  "see a badge": { request: () => ["GET", `/badges/${"0".repeat(40)}.svg`], scopes: "anyone" },
};
