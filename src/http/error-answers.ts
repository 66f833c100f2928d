import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { causeChain } from "../database/retry.ts";
import { log } from "../log.ts";
import { DomainError, type FieldError, STATUS_OF } from "../wire/refusals.ts";
import type { App } from "./app.ts";
import { RATE_SECONDS } from "./rate-limits.ts";

const RETRY_AFTER_SECONDS = 2;

const answer = (
  c: Context<App>,
  status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 426 | 429 | 500 | 503,
  refusal: { message: string; code: string; errors?: FieldError[] | undefined },
) => {
  const { message, code, errors } = refusal;
  return c.json({ message, code, request_id: c.get("requestId"), ...(errors ? { errors } : {}) }, status);
};

/** Where it was thrown, without its text: that may hold a statement's values. */
const framesOf = ({ stack = "" }: Error): string[] =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());

/** Logs what was thrown where that tells of more than a request that was refused. */
export const logFailure = (error: Error, requestId: string): void => {
  if (!(error instanceof DomainError))
    log("bug", { request_id: requestId, causes: causeChain(error), stack: framesOf(error) });
  else if (error.code === "unavailable")
    log("storage_unavailable", { request_id: requestId, causes: causeChain(error.cause) });
};

/** One request that was answered: what is known of each. */
export interface Answered {
  method: string;
  /** The pattern that its path is of. */
  route: string;
  status: number;
  ms: number;
  tokenId: number | null;
  requestId: string;
}

/** The line that every request has. */
export const logRequest = ({ method, route, status, ms, tokenId, requestId }: Answered): void =>
  log("request", { method, route, status, ms, token_id: tokenId, request_id: requestId });

/** Answers what was thrown: a refusal by its code, anything else as a bug that tells nothing of itself. */
export const answerError: ErrorHandler<App> = (error, c) => {
  logFailure(error, c.get("requestId"));
  if (error instanceof DomainError) {
    const status = STATUS_OF[error.code];
    if (status === 401) c.header("WWW-Authenticate", "Bearer");
    if (status === 426) c.header("Upgrade", "websocket");
    if (status === 429) c.header("Retry-After", String(RATE_SECONDS));
    if (status === 503) c.header("Retry-After", String(RETRY_AFTER_SECONDS));
    return answer(c, status, error);
  }
  return answer(c, 500, {
    message: `something went wrong here; quote request ${c.get("requestId")} to who runs this service`,
    code: "internal",
  });
};

/** Answers a path that no route has. */
export const answerNotFound: NotFoundHandler<App> = (c) =>
  answer(c, 404, {
    message: `there is no ${c.req.method} ${c.req.path} here; /openapi.json lists what is`,
    code: "not_found",
  });
