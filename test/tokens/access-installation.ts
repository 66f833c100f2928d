import type { Ready } from "../world.ts";
import { ADMIN, type Calls, PEOPLE, project } from "./access-paths.ts";

const webhooks = (ready: Ready) => `${project(ready)}/automation/webhooks`;
const EXPORT = "/api/v3/automation/export";
const RESTORE = "/api/v3/automation/restore";
const DIGEST = "0".repeat(64);
const KEY = "projects/10/jobs/1/attempts/1/artifacts/login.png";
const OF_FILE = `restore=${DIGEST}&key=${KEY}&content_type=text/plain`;

/** Webhooks, tokens, the audit, metrics, export and restore, and what takes no token. */
export const installationCalls: Calls = {
  "make a webhook": {
    request: (ready) => ["POST", webhooks(ready), { name: "x", target: "https://ci.example.com/x" }],
    scopes: PEOPLE,
  },
  "list webhooks": { request: (ready) => ["GET", webhooks(ready)], scopes: PEOPLE },
  "read a webhook": { request: (ready) => ["GET", `${webhooks(ready)}/1`], scopes: PEOPLE },
  "change a webhook": {
    request: (ready) => ["PUT", `${webhooks(ready)}/1`, { enabled: false }],
    scopes: PEOPLE,
  },
  "delete a webhook": { request: (ready) => ["DELETE", `${webhooks(ready)}/1`], scopes: PEOPLE },
  "rotate a webhook's secret": {
    request: (ready) => ["POST", `${webhooks(ready)}/1/rotate`, {}],
    scopes: PEOPLE,
  },
  "test a webhook": { request: (ready) => ["POST", `${webhooks(ready)}/1/test`], scopes: PEOPLE },
  "list deliveries": { request: (ready) => ["GET", `${webhooks(ready)}/1/deliveries`], scopes: PEOPLE },
  "send a delivery again": {
    request: (ready) => ["POST", `${webhooks(ready)}/1/deliveries/1/resend`],
    scopes: PEOPLE,
  },
  "send dead deliveries again": {
    request: (ready) => ["POST", `${webhooks(ready)}/1/deliveries/resend`],
    scopes: PEOPLE,
  },
  "issue a token": {
    request: () => ["POST", "/api/v3/tokens", { name: "x", scope: "host" }],
    scopes: ADMIN,
  },
  "revoke a token": { request: () => ["DELETE", "/api/v3/tokens/999999999"], scopes: ADMIN },
  "list tokens": { request: () => ["GET", "/api/v3/tokens?limit=1"], scopes: ADMIN },
  "read a token": { request: () => ["GET", "/api/v3/tokens/999999999"], scopes: ADMIN },
  "rotate a token": { request: () => ["POST", "/api/v3/tokens/999999999/rotate", {}], scopes: ADMIN },
  "read the audit": { request: () => ["GET", "/api/v3/audit?limit=1"], scopes: ADMIN },
  "read the metrics": { request: () => ["GET", "/metrics"], scopes: ["admin", "metrics"] },
  "export the installation": { request: () => ["GET", EXPORT], scopes: ADMIN },
  "export a file": { request: () => ["GET", `${EXPORT}/file?key=${KEY}`], scopes: ADMIN },
  "begin a restore": {
    request: () => ["POST", RESTORE, { restore: DIGEST, format: 1, schema: 1 }],
    scopes: ADMIN,
  },
  "restore lines": {
    request: () => [
      "POST",
      `${RESTORE}/lines?restore=${DIGEST}&lines_done=0`,
      '{"table":"projects","columns":["id"]}\n',
    ],
    scopes: ADMIN,
  },
  "restore a file": { request: () => ["PUT", `${RESTORE}/file?${OF_FILE}`, "x"], scopes: ADMIN },
  "begin a restored file in parts": {
    request: () => ["POST", `${RESTORE}/uploads`, { restore: DIGEST, key: KEY, content_type: "text/plain" }],
    scopes: ADMIN,
  },
  "restore a part": {
    request: () => ["PUT", `${RESTORE}/uploads?restore=${DIGEST}&key=${KEY}&upload=x&part=1`, "x"],
    scopes: ADMIN,
  },
  "complete a restored file in parts": {
    request: () => [
      "POST",
      `${RESTORE}/uploads/complete`,
      { restore: DIGEST, key: KEY, upload: "x", etags: ["x"] },
    ],
    scopes: ADMIN,
  },
  "finish a restore": {
    request: () => ["POST", `${RESTORE}/finish`, { restore: DIGEST }],
    scopes: ADMIN,
  },
  "see whether it is well": { request: () => ["GET", "/health"], scopes: "anyone" },
  "log in by a grant": { request: () => ["POST", "/oauth/token", ""], scopes: "anyone" },
  "log in by a form": { request: () => ["POST", "/api/login", ""], scopes: "anyone" },
};
