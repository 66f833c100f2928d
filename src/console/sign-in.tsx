import { type Context, Hono } from "hono";
import * as z from "zod";
import { beginSession } from "../access/sessions.ts";
import type { App } from "../http/app.ts";
import { authContextOf, callOf, countingFailures } from "../http/make-call.ts";
import { closePages } from "../live-updates/client.ts";
import { DomainError } from "../wire/refusals.ts";
import { readFormInput } from "./form-input.ts";
import { beginPage, FormInput, isPartial } from "./page-context.ts";
import { Field, type Wrong } from "./parts/form.tsx";
import { Document } from "./parts/frame.tsx";
import { Problem } from "./parts/notice.tsx";
import { showResendForm } from "./resend-form.tsx";
import { dropSession, sessionIn, startSession } from "./session.ts";

/** The target of a sign-in must be a page of the console. */
const PLACE = /^\/console(?:[/?][^\\]*)?$/;
const placeIn = (text: string): string => (PLACE.test(text) && !text.includes("//") ? text : "/console");

/** A form that was sent after its session had ended: it is kept during the sign-in and can be sent again. */
interface Unsent {
  path: string;
  formInput: FormInput;
}

const unsentShape = z.object({
  path: z.string().transform(placeIn),
  fields: z.array(z.tuple([z.string(), z.array(z.string())])),
  files: z.boolean(),
});

const sealUnsent = ({ path, formInput }: Unsent): string =>
  JSON.stringify({
    path,
    fields: [...formInput.fields].filter(([name]) => name !== "form_token"),
    files: formInput.hadFiles,
  });

const unsentIn = (text: string): Unsent | undefined => {
  if (text === "") return undefined;
  try {
    const { path, fields, files } = unsentShape.parse(JSON.parse(text));
    return { path, formInput: new FormInput(fields, [], files) };
  } catch {
    return undefined;
  }
};

interface SignInPage {
  to: string;
  wrong: Wrong;
  unsent: Unsent | undefined;
  /** Shown above the form. */
  why: string | undefined;
}

const SignIn = ({ to, wrong, unsent, why }: SignInPage) => (
  <main id="main" class="gate">
    <div class="card">
      <h1>
        <svg class="icon" viewBox="0 0 16 16" width="28" height="28" aria-hidden="true" focusable="false">
          <use href="/assets/icons.svg#muster" />
        </svg>
        Muster
      </h1>
      {why === undefined ? null : <Problem>{why}</Problem>}
      <form method="post" action="/console/sign-in" class="stack">
        <input type="hidden" name="to" value={to} />
        {unsent ? <input type="hidden" name="unsent" value={sealUnsent(unsent)} /> : null}
        <Field
          name="token"
          label="Token"
          value=""
          wrong={wrong}
          hint="A token of this service: the admin token of its installation, or one that an admin made. A session lasts 12 hours."
          more={{ type: "password", autocomplete: "current-password", required: true, autofocus: true }}
        />
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </div>
  </main>
);

const showSignIn = (
  c: Context<App>,
  { now, page, status }: { now: number; page: SignInPage; status: 200 | 400 | 401 | 403 },
) => {
  const form = <SignIn {...page} />;
  return c.html(
    isPartial(c) ? (
      form
    ) : (
      <Document title="Sign in" now={now}>
        {form}
      </Document>
    ),
    status,
  );
};

/** Responds to a request without a session; the form it would have sent is kept during the sign-in. */
export const askToSignIn = async (c: Context<App>, now: number) => {
  const { pathname, search } = new URL(c.req.url);
  if (c.req.method === "GET") {
    return showSignIn(c, {
      now,
      page: { to: placeIn(pathname + search), wrong: [], unsent: undefined, why: undefined },
      status: 401,
    });
  }
  const unsent = { path: placeIn(pathname), formInput: await readFormInput(c) };
  const why = "Your session has ended. Nothing was changed; sign in, and you can send what you typed.";
  return showSignIn(c, { now, page: { to: "/console", wrong: [], unsent, why }, status: 401 });
};

/** The sign-in and sign-out. `clock` returns epoch milliseconds. */
export const signInPages = (clock: () => number) =>
  new Hono<App>()
    .get("/sign-in", (c) => {
      const to = placeIn(c.req.query("to") ?? "");
      return showSignIn(c, {
        now: clock(),
        page: { to, wrong: [], unsent: undefined, why: undefined },
        status: 200,
      });
    })
    .post("/sign-in", async (c) => {
      const auth = authContextOf(c, clock());
      const formInput = await readFormInput(c);
      const to = placeIn(formInput.get("to"));
      const unsent = unsentIn(formInput.get("unsent"));
      try {
        const { actor, session, goodUntil } = await countingFailures(c, () =>
          beginSession(auth, formInput.get("token")),
        );
        const kept = await startSession(c, session, { now: auth.now, goodUntil });
        if (!unsent) return c.redirect(to, 303);
        await beginPage(c, callOf(c, auth, { actor, clock }), kept);
        return showResendForm(c, unsent.path, {
          formInput: unsent.formInput,
          why: "Your session had ended before this was sent.",
          status: 200,
        });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const { code, message } = error;
        if (code !== "unauthorized" && code !== "forbidden") throw error;
        const said = code === "forbidden" ? message : message.replace(/; send .*/, "");
        const wrong = [{ field: "token", message: `is not taken: ${said}` }];
        return showSignIn(c, {
          now: auth.now,
          page: { to, wrong, unsent, why: undefined },
          status: code === "forbidden" ? 403 : 401,
        });
      }
    })
    .post("/sign-out", async (c) => {
      const session = await sessionIn(c, clock());
      if (session) c.executionCtx.waitUntil(closePages(c.env, session.id));
      dropSession(c);
      return c.redirect("/console/sign-in", 303);
    });
