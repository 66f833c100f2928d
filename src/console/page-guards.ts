import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { type Operation, refuseUnlessMayDo } from "../access/permissions.ts";
import { resumeSession } from "../access/sessions.ts";
import type { App } from "../http/app.ts";
import { refuseUnknown } from "../http/endpoint.ts";
import { authContextOf, callOf } from "../http/make-call.ts";
import { limitRequests } from "../http/rate-limits.ts";
import { type IdName, type Ids, pathIdsCheck, runCheck } from "../http/request-parts.ts";
import { DomainError } from "../wire/refusals.ts";
import { readTyped } from "./form-input.ts";
import { beginVisit } from "./page-context.ts";
import { askAgain } from "./resend-form.tsx";
import { dropSession, isFormTokenOf, sessionIn } from "./session.ts";
import { askToSignIn } from "./sign-in.tsx";

/** Who a request's session speaks for; undefined where there is none, or its token is good no more. */
const resumed = async (c: Context<App>, now: number, clock: () => number) => {
  const session = await sessionIn(c, now);
  if (!session) return undefined;
  const auth = authContextOf(c, now);
  try {
    const { actor } = await resumeSession(auth, session);
    return { session, call: callOf(c, auth, { actor, clock }) };
  } catch (error) {
    if (!(error instanceof DomainError && error.code === "unauthorized")) throw error;
    dropSession(c);
    return undefined;
  }
};

/** Finds out whose session it is, and asks to sign in where there is none. `clock` gives epoch milliseconds. */
export const inSession = (clock: () => number) =>
  createMiddleware<App>(async (c, next) => {
    const now = clock();
    const found = await resumed(c, now, clock);
    if (!found) return askToSignIn(c, now);
    await beginVisit(c, found.call, found.session);
    await next();
  });

interface Read<Name extends IdName> {
  in: { param: Record<Name, string> };
  out: { param: Ids<Name> };
}
type Checked<Name extends IdName> = MiddlewareHandler<App, string, Read<Name>>;

/** Refuses what the actor may not do or know of, in the words of the API, and gives the ids of the path. */
const admission = (operation: Operation, ids: readonly IdName[]) => {
  const checkIds = pathIdsCheck(ids);
  return async (c: Context<App, string, Read<IdName>>): Promise<void> => {
    const { call } = c.var;
    const { address } = call.request;
    await limitRequests(c.env, call.settings, {
      actor: call.actor,
      source: { host: undefined, job: undefined, address },
    });
    refuseUnlessMayDo(call.actor, operation);
    await runCheck(checkIds, c);
    await refuseUnknown(call, c.req.valid("param"));
  };
};

/** A page that shows what `operation` of the API reads; `ids` are those of its path. */
export const page = <Name extends IdName = never>(
  operation: Operation,
  ids: readonly Name[] = [],
): Checked<Name> => {
  const admit = admission(operation, ids);
  return createMiddleware<App>(async (c, next) => {
    await admit(c);
    await next();
  });
};

const STALE = "This form is of an earlier sign-in, and was not done.";

/** A form that does what `operation` of the API does. One of another session is not done: its sender is asked once more. */
export const action = <Name extends IdName = never>(
  operation: Operation,
  ids: readonly Name[] = [],
): Checked<Name> => {
  const admit = admission(operation, ids);
  return createMiddleware<App>(async (c, next) => {
    await admit(c);
    const typed = await readTyped(c);
    if (!(await isFormTokenOf(c, c.get("session"), typed.get("form_token")))) {
      return askAgain(c, c.req.path, { typed, why: STALE, status: 409 });
    }
    c.set("typed", typed);
    const key = typed.get("key");
    if (key !== "") c.get("call").request.key = key;
    await next();
  });
};
