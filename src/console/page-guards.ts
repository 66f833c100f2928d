import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { type Operation, refuseUnlessMayDo } from "../access/permissions.ts";
import { resumeSession } from "../access/sessions.ts";
import type { App } from "../http/app.ts";
import { refuseUnknown } from "../http/endpoint.ts";
import { authContextOf, callOf } from "../http/make-call.ts";
import { limitRequests } from "../http/rate-limits.ts";
import { type IdName, type Ids, pathIdsCheck, runCheck } from "../http/request-parts.ts";
import { tellOfChange } from "../http/tell-pages.ts";
import { DomainError } from "../wire/refusals.ts";
import { readFormInput } from "./form-input.ts";
import { beginPage } from "./page-context.ts";
import { showResendForm } from "./resend-form.tsx";
import { scopedCall } from "./scope/chosen-project.ts";
import { dropSession, isFormTokenOf, sessionIn } from "./session.ts";
import { askToSignIn } from "./sign-in.tsx";

/** The request's session and its call; undefined without a session or with an ended token. */
const findSession = async (c: Context<App>, now: number, clock: () => number) => {
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

/** Resolves the session, or shows the sign-in page without one. `clock` returns epoch milliseconds. */
export const inSession = (clock: () => number) =>
  createMiddleware<App>(async (c, next) => {
    const now = clock();
    const found = await findSession(c, now, clock);
    if (!found) return askToSignIn(c, now);
    await beginPage(c, found.call, found.session);
    await next();
  });

interface Read<Name extends IdName> {
  in: { param: Record<Name, string> };
  out: { param: Ids<Name> };
}
type Checked<Name extends IdName> = MiddlewareHandler<App, string, Read<Name>>;

/**
 * Parses the path's ids and refuses an operation or object that the actor may not use, with the API's messages.
 * Returns the path's ids.
 */
const admission = (operation: Operation, ids: readonly IdName[]) => {
  const checkIds = pathIdsCheck(ids);
  return async (c: Context<App, string, Read<IdName>>): Promise<Partial<Ids<IdName>>> => {
    const { call } = c.var;
    const { address } = call.request;
    await limitRequests(c.env, call.settings, {
      actor: call.actor,
      source: { host: undefined, job: undefined, address },
    });
    refuseUnlessMayDo(call.actor, operation);
    await runCheck(checkIds, c);
    const ids: Partial<Ids<IdName>> = c.req.valid("param");
    await refuseUnknown(call, ids);
    return ids;
  };
};

/** A page that shows what the API operation `operation` reads; `ids` are the ids in its path. */
export const page = <Name extends IdName = never>(
  operation: Operation,
  ids: readonly Name[] = [],
): Checked<Name> => {
  const admit = admission(operation, ids);
  return createMiddleware<App>(async (c, next) => {
    await admit(c);
    c.set("call", scopedCall(c, c.get("call")));
    await next();
  });
};

const STALE = "This form is of an earlier sign-in, and was not done.";

/** A form that performs the API operation `operation`. A form of another session must be confirmed first. */
export const action = <Name extends IdName = never>(
  operation: Operation,
  ids: readonly Name[] = [],
): Checked<Name> => {
  const admit = admission(operation, ids);
  return createMiddleware<App>(async (c, next) => {
    const admitted = await admit(c);
    const formInput = await readFormInput(c);
    if (!(await isFormTokenOf(c, c.get("session"), formInput.get("form_token")))) {
      return showResendForm(c, c.req.path, { formInput, why: STALE, status: 409 });
    }
    c.set("formInput", formInput);
    const key = formInput.get("key");
    if (key !== "") c.get("call").request.key = key;
    await next();
    tellOfChange(c, operation, admitted);
  });
};
