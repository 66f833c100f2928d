import { findGoodToken } from "../access/authenticate.ts";
import type { Actor } from "../access/permissions.ts";
import type { Call } from "../call.ts";
import { openDatabase } from "../database/database.ts";
import { causeChain } from "../database/retry.ts";
import type { SocketToken } from "../host-object/admission.ts";
import { type CallHost, hostClientFor } from "../host-object/client.ts";
import { localStub } from "../host-object/local-stub.ts";
import type { Look, LookedUp, SocketCall, SocketWork } from "../host-object/socket-work.ts";
import { timingOf, windowStart } from "../host-object/timing.ts";
import { refuseUnknown } from "../http/endpoint.ts";
import { logFailure, logRequest } from "../http/error-answers.ts";
import { wireLease } from "../jobs/lease-wire.ts";
import { reportJob } from "../jobs/report.ts";
import { reportInput } from "../jobs/report-input.ts";
import { ACCEPT_SECONDS, lookForJobs } from "../jobs/run-leases.ts";
import { wireJobView } from "../jobs/wire.ts";
import { tellPages } from "../live-updates/client.ts";
import { log } from "../log.ts";
import { wakingBy } from "../outbox/client.ts";
import { mailerIn } from "../outbox/mailer.ts";
import { resultsClient } from "../project-results/client.ts";
import { filesIn } from "../project-results/files.ts";
import { appendLog as appendToLog } from "../run-files/log-writing.ts";
import { formerSecretIn, settingsOf } from "../settings.ts";
import { tokenHostsIn } from "../token-hosts/client.ts";
import { fieldErrors } from "../wire/fields.ts";
import { DomainError, invalid, STATUS_OF } from "../wire/refusals.ts";
import type { Said, SocketAnswer } from "../wire/socket-messages.ts";
import { recordConnection, recordDisconnection } from "./store.ts";

const ROUTE = "/api/v3/automation/hosts/:host/socket";

/** The client of hosts' objects for code in an object: its own host is called directly. */
const hostsFrom = ({ env, object, hostId, now }: SocketCall): CallHost => {
  const others = hostClientFor(env, now);
  const own = localStub(object);
  return (id, use) => (id === hostId ? use(own, timingOf(now, settingsOf(env))) : others(id, use));
};

const actorOf = ({ tokenId, name, scope, projectIds, hostId }: SocketToken): Actor => ({
  ...{ tokenId, name, scope, projectIds, hostId },
  registerOnly: false,
});

/** The Call for a message of a socket. */
const callOf = (at: SocketCall): Call => ({
  db: openDatabase(at.env.DB),
  now: at.now,
  clock: at.clock,
  actor: actorOf(at.token),
  host: hostsFrom(at),
  results: resultsClient(at.env.PROJECT_RESULTS),
  files: filesIn(at.env.RESULTS),
  tokenHosts: tokenHostsIn(at.env.TOKEN_HOSTS),
  wakeWebhooks: (ids) => {
    if (ids.length > 0) void wakingBy(at.env.WEBHOOKS, log)(ids);
  },
  mailer: mailerIn(at.env),
  deploymentSecret: at.env.ADMIN_TOKEN ?? "",
  formerSecret: formerSecretIn(at.env),
  settings: settingsOf(at.env),
  log,
  request: {
    id: crypto.randomUUID(),
    method: "SOCKET",
    path: `/api/v3/automation/hosts/${at.hostId}/socket`,
    address: null,
    key: at.key,
    owner: at.owner,
    running: undefined,
    trace: undefined,
  },
});

/**
 * The valid token of a secret's digest; null if it was revoked, replaced, has expired or has the wrong scope.
 */
const findToken = async (env: Env, digest: string, now: number): Promise<SocketToken | null> => {
  const state = await findGoodToken(openDatabase(env.DB), digest, now);
  if (!state) return null;
  const { tokenId, name, scope, projectIds, hostId } = state.actor;
  if (scope !== "admin" && scope !== "host") return null;
  const { replacedAt, expiresAt } = state;
  return {
    ...{ tokenId, name, scope, hostId, replacedAt, expiresAt },
    projectIds: projectIds && [...projectIds],
  };
};

type Reporting = Said<"accept"> | Said<"report">;

const inputOf = (said: Reporting) => {
  if (said.type === "accept") return { status: "RUNNING" as const, lease_id: said.lease_id };
  const { success, data, error } = reportInput.safeParse(said);
  if (!success) throw invalid(fieldErrors(error, said));
  return data;
};

const tryToReport = async (call: Call, said: Reporting): Promise<object> => {
  const path = { project: said.project_id, job: said.job_id };
  await refuseUnknown(call, path);
  return wireJobView(call, await reportJob(call, path, inputOf(said)));
};

const tryToAppend = async (call: Call, said: Said<"log">): Promise<object> => {
  const { project_id: project, job_id: job, attempt, lease_id, offset, final } = said;
  await refuseUnknown(call, { project });
  const chunk = { lease_id, offset, final, bytes: new TextEncoder().encode(said.text) };
  return { next_offset: await appendToLog(call, { project, job, attempt }, chunk) };
};

/** The answer to a message whose verb threw. */
const refusalOf = (error: unknown, requestId: string): SocketAnswer => {
  logFailure(error instanceof Error ? error : new Error(String(error)), requestId);
  if (error instanceof DomainError) {
    const { message, code, errors } = error;
    return {
      status: STATUS_OF[code],
      body: { message, code, request_id: requestId, ...(errors && { errors }) },
    };
  }
  const message = `something went wrong here; quote request ${requestId} to who runs this service`;
  return { status: 500, body: { message, code: "internal", request_id: requestId } };
};

/** Answers a message with what its verb returns or throws. */
const answerTo = async (
  at: SocketCall,
  type: Said<"accept" | "report" | "log">["type"],
  serve: (call: Call) => Promise<object>,
): Promise<SocketAnswer> => {
  const call = callOf(at);
  const { id: requestId } = call.request;
  const answer = await serve(call).then(
    (body): SocketAnswer => ({ status: 200, body }),
    (error: unknown) => refusalOf(error, requestId),
  );
  const tokenId = call.actor.tokenId;
  const route = `${ROUTE} ${type}`;
  logRequest({ method: "SOCKET", route, status: answer.status, ms: at.clock() - at.now, tokenId, requestId });
  return answer;
};

const report = async (at: SocketCall, said: Reporting): Promise<SocketAnswer> => {
  const answer = await answerTo(at, said.type, (call) => tryToReport(call, said));
  if (answer.status < 300) void tellPages(at.env, { projectId: said.project_id, jobId: said.job_id });
  return answer;
};

const appendLog = (at: SocketCall, said: Said<"log">): Promise<SocketAnswer> =>
  answerTo(at, said.type, (call) => tryToAppend(call, said));

const look = async (at: SocketCall, { most, agents, leaseSeconds }: Look): Promise<LookedUp> => {
  const looked = await lookForJobs(callOf(at), at.hostId, {
    owner: at.owner,
    max_jobs: most,
    agent_server_ids: agents ?? undefined,
    accept_seconds: ACCEPT_SECONDS,
    lease_seconds: leaseSeconds,
  });
  return { ...looked, leases: looked.leases.map(wireLease) };
};

/** The socket was requested before the last one was lost, and opened after that. If this fails, the next loss and connection correct it. */
const connected = async (env: Env, hostId: number, now: number): Promise<void> => {
  const windowStartAt = windowStart(now, settingsOf(env).WINDOW_SECONDS * 1000);
  try {
    await recordConnection(openDatabase(env.DB), { id: hostId, tokenId: 0 }, { now, windowStartAt });
  } catch (error) {
    log("connection_not_recorded", { host: hostId, causes: causeChain(error) });
  }
};

/** If this fails, the tick asks the host's object later. */
const disconnected = async (env: Env, hostId: number, now: number): Promise<void> => {
  const windowStartAt = windowStart(now, settingsOf(env).WINDOW_SECONDS * 1000);
  try {
    await recordDisconnection(openDatabase(env.DB), hostId, { now, windowStartAt });
    await tellPages(env, { projectId: null });
  } catch (error) {
    log("disconnection_not_recorded", { host: hostId, causes: causeChain(error) });
  }
};

/** The sockets' access to D1, by the verbs of the HTTP calls. */
export const socketWork: SocketWork = { findToken, report, appendLog, look, connected, disconnected };
