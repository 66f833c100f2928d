import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { causeChain } from "../database/retry.ts";
import { log } from "../log.ts";
import { DomainError, type FieldError, STATUS_OF } from "../wire/refusals.ts";
import type { App } from "./app.ts";
import { RATE_SECONDS } from "./rate-limits.ts";

const RETRY_AFTER_SECONDS = 2;

const answer = (
  c: Context<App>,
  status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 416 | 426 | 429 | 500 | 503,
  refusal: { message: string; code: string; errors?: FieldError[] | undefined },
) => {
  const { message, code, errors } = refusal;
  return c.json({ message, code, request_id: c.get("requestId"), ...(errors ? { errors } : {}) }, status);
};

/** The stack without the error's message, which may hold a statement's values. */
const framesOf = ({ stack = "" }: Error): string[] =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());

/** Logs an error, unless it is only a refused request. */
export const logFailure = (error: Error, requestId: string): void => {
  if (!(error instanceof DomainError))
    log("bug", { request_id: requestId, causes: causeChain(error), stack: framesOf(error) });
  else if (error.code === "unavailable")
    log("storage_unavailable", { request_id: requestId, causes: causeChain(error.cause) });
};

/** What the log has of an answered request. */
export interface Answered {
  method: string;
  /** The pattern of the path. */
  route: string;
  status: number;
  ms: number;
  tokenId: number | null;
  requestId: string;
}

/** Logs the line that every request has. */
export const logRequest = ({ method, route, status, ms, tokenId, requestId }: Answered): void =>
  log("request", { method, route, status, ms, token_id: tokenId, request_id: requestId });

/** Answers an error: a refusal by its code; anything else as a bug, without details. */
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

/** Answers a path without a route. */
export const answerNotFound: NotFoundHandler<App> = (c) =>
  answer(c, 404, {
    message: `there is no ${c.req.method} ${c.req.path} here; /openapi.json lists what is`,
    code: "not_found",
  });
