import { ALL, type Calls, HOSTS, host, job, PEOPLE, project } from "./access-paths.ts";

const vendorLog = {
  name: "x",
  status: "PASS",
  exe_start_date: "2026-03-02T10:00:00Z",
  exe_end_date: "2026-03-02T10:00:00Z",
};

const RULES = { days: 7, changes_of_build: 1, changes_of_materials: 3, retries: 1 };
const QUARANTINE = { reason: "x", owner: "x", until: "2026-03-03T10:00:00Z" };
const LEASE = "00000000-0000-4000-8000-000000000000";

/** Jobs and leases, reports, results, files and logs of runs. */
export const runCalls: Calls = {
  "list jobs": { request: (ready) => ["GET", `${project(ready)}/automation/jobs`], scopes: PEOPLE },
  "read a job": {
    request: (ready) => ["GET", `${job(ready)}`],
    scopes: ALL,
  },
  "report RUNNING": {
    request: (ready) => ["PUT", `${job(ready)}/status`, { status: "RUNNING" }],
    scopes: HOSTS,
  },
  "report CANCELLED": {
    request: (ready) => ["PUT", `${job(ready)}/status`, { status: "CANCELLED" }],
    scopes: ALL,
  },
  "send a report": {
    request: (ready) => ["PUT", `${job(ready)}/attempts/1/reports/x`, "<testsuites/>"],
    scopes: HOSTS,
  },
  "send the vendor's log": {
    request: (ready) => ["POST", `${project(ready)}/test-runs/1/auto-test-logs`, vendorLog],
    scopes: ALL,
  },
  "send the vendor's logs": {
    request: (ready) => ["POST", `${project(ready)}/auto-test-logs`, { test_logs: [vendorLog] }],
    scopes: ALL,
  },
  "read what became of the vendor's logs": {
    request: () => ["GET", "/api/v3/projects/queue-processing/1"],
    scopes: ALL,
  },
  "read the rules of flakiness": {
    request: (ready) => ["GET", `${project(ready)}/automation/flaky-rules`],
    scopes: PEOPLE,
  },
  "set the rules of flakiness": {
    request: (ready) => ["PUT", `${project(ready)}/automation/flaky-rules`, RULES],
    scopes: PEOPLE,
  },
  "preview the rules of flakiness": {
    request: (ready) => ["POST", `${project(ready)}/automation/flaky-rules/preview`, RULES],
    scopes: PEOPLE,
  },
  "list quarantines": {
    request: (ready) => ["GET", `${project(ready)}/automation/quarantines`],
    scopes: PEOPLE,
  },
  "put a test under quarantine": {
    request: (ready) => ["PUT", `${project(ready)}/automation/tests/1/quarantine`, QUARANTINE],
    scopes: PEOPLE,
  },
  "end a quarantine": {
    request: (ready) => ["DELETE", `${project(ready)}/automation/tests/1/quarantine`],
    scopes: PEOPLE,
  },
  "append to a log": {
    request: (ready) => ["POST", `${job(ready)}/attempts/1/log?offset=0`, "x"],
    scopes: HOSTS,
  },
  "read a log": {
    request: (ready) => ["GET", `${job(ready)}/log`],
    scopes: ALL,
  },
  "send a file": {
    request: (ready) => ["PUT", `${job(ready)}/attempts/1/artifacts/a/b.txt`, "x"],
    scopes: HOSTS,
  },
  "begin a file in parts": {
    request: (ready) => ["POST", `${job(ready)}/attempts/1/uploads`, { path: "a/b.txt", bytes: 1 }],
    scopes: HOSTS,
  },
  "send a part of a file": {
    request: (ready) => ["PUT", `${job(ready)}/attempts/1/uploads/1/parts/1`, "x"],
    scopes: HOSTS,
  },
  "complete a file in parts": {
    request: (ready) => ["POST", `${job(ready)}/attempts/1/uploads/1/complete`],
    scopes: HOSTS,
  },
  "give up a file in parts": {
    request: (ready) => ["DELETE", `${job(ready)}/attempts/1/uploads/1`],
    scopes: HOSTS,
  },
  "list files": {
    request: (ready) => ["GET", `${job(ready)}/artifacts`],
    scopes: ALL,
  },
  "read a file": {
    request: (ready) => ["GET", `${job(ready)}/artifacts/a/b.txt`],
    scopes: ALL,
  },
  "list reports": {
    request: (ready) => ["GET", `${job(ready)}/reports`],
    scopes: ALL,
  },
  "read a report": {
    request: (ready) => ["GET", `${job(ready)}/reports/junit.xml`],
    scopes: ALL,
  },
  "read a job's results": {
    request: (ready) => ["GET", `${job(ready)}/results`],
    scopes: ALL,
  },
  "compare jobs": {
    request: (ready) => ["GET", `${job(ready)}/compare/${ready.jobId}`],
    scopes: PEOPLE,
  },
  "list tests": { request: (ready) => ["GET", `${project(ready)}/automation/tests`], scopes: PEOPLE },
  "read a test": { request: (ready) => ["GET", `${project(ready)}/automation/tests/1`], scopes: PEOPLE },
  "read a test's history": {
    request: (ready) => ["GET", `${project(ready)}/automation/tests/1/history`],
    scopes: PEOPLE,
  },
  "run a job again": { request: (ready) => ["POST", `${job(ready)}/rerun`, {}], scopes: PEOPLE },
  "export results": { request: (ready) => ["GET", `${job(ready)}/exports/junit.xml`], scopes: ALL },
  "lease jobs": { request: (ready) => ["POST", `${host(ready)}/leases`, { owner: "x" }], scopes: HOSTS },
  "renew a lease": { request: (ready) => ["PUT", `${host(ready)}/leases/${LEASE}`], scopes: HOSTS },
  "give a lease back": { request: (ready) => ["DELETE", `${host(ready)}/leases/${LEASE}`], scopes: HOSTS },
  "open a socket": { request: (ready) => ["GET", `${host(ready)}/socket`], scopes: HOSTS },
  "ask for a socket's ticket": {
    request: (ready) => ["POST", `${host(ready)}/socket-ticket`],
    scopes: HOSTS,
  },
};
