import { type Context, Hono } from "hono";
import * as z from "zod";
import { beginSession } from "../access/sessions.ts";
import type { App } from "../http/app.ts";
import { authContextOf, callOf, countingFailures } from "../http/make-call.ts";
import { DomainError } from "../wire/refusals.ts";
import { readTyped } from "./form-input.ts";
import { beginVisit, FormInput, isPartial } from "./page-context.ts";
import { Field, type Wrong } from "./parts/form.tsx";
import { Document } from "./parts/frame.tsx";
import { Problem } from "./parts/notice.tsx";
import { askAgain } from "./resend-form.tsx";
import { dropSession, keepSession } from "./session.ts";

/** Where a sign-in may lead: a page of the console, and nowhere else. */
const PLACE = /^\/console(?:[/?][^\\]*)?$/;
const placeIn = (text: string): string => (PLACE.test(text) && !text.includes("//") ? text : "/console");

/** What was being sent when the session had ended: kept over the sign-in, to be sent once more. */
interface Unsent {
  path: string;
  typed: FormInput;
}

const unsentShape = z.object({
  path: z.string().transform(placeIn),
  fields: z.array(z.tuple([z.string(), z.array(z.string())])),
  files: z.boolean(),
});

const sealUnsent = ({ path, typed }: Unsent): string =>
  JSON.stringify({
    path,
    fields: [...typed.fields].filter(([name]) => name !== "form_token"),
    files: typed.hadFiles,
  });

const unsentIn = (text: string): Unsent | undefined => {
  if (text === "") return undefined;
  try {
    const { path, fields, files } = unsentShape.parse(JSON.parse(text));
    return { path, typed: new FormInput(fields, [], files) };
  } catch {
    return undefined;
  }
};

interface Asking {
  to: string;
  wrong: Wrong;
  unsent: Unsent | undefined;
  /** Said above the form. */
  why: string | undefined;
}

const SignIn = ({ to, wrong, unsent, why }: Asking) => (
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

const ask = (
  c: Context<App>,
  { now, asking, status }: { now: number; asking: Asking; status: 200 | 400 | 401 | 403 },
) => {
  const form = <SignIn {...asking} />;
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

/** Answers a request without a session: what it would have sent is kept over the sign-in. */
export const askToSignIn = async (c: Context<App>, now: number) => {
  const { pathname, search } = new URL(c.req.url);
  if (c.req.method === "GET") {
    return ask(c, {
      now,
      asking: { to: placeIn(pathname + search), wrong: [], unsent: undefined, why: undefined },
      status: 401,
    });
  }
  const unsent = { path: placeIn(pathname), typed: await readTyped(c) };
  const why = "Your session has ended. Nothing was changed; sign in, and you can send what you typed.";
  return ask(c, { now, asking: { to: "/console", wrong: [], unsent, why }, status: 401 });
};

/** Signing in and out. `clock` gives epoch milliseconds. */
export const signInPages = (clock: () => number) =>
  new Hono<App>()
    .get("/sign-in", (c) => {
      const to = placeIn(c.req.query("to") ?? "");
      return ask(c, {
        now: clock(),
        asking: { to, wrong: [], unsent: undefined, why: undefined },
        status: 200,
      });
    })
    .post("/sign-in", async (c) => {
      const auth = authContextOf(c, clock());
      const typed = await readTyped(c);
      const to = placeIn(typed.get("to"));
      const unsent = unsentIn(typed.get("unsent"));
      try {
        const { actor, session, goodUntil } = await countingFailures(c, () =>
          beginSession(auth, typed.get("token")),
        );
        const kept = await keepSession(c, session, { now: auth.now, goodUntil });
        if (!unsent) return c.redirect(to, 303);
        await beginVisit(c, callOf(c, auth, { actor, clock }), kept);
        return askAgain(c, unsent.path, {
          typed: unsent.typed,
          why: "Your session had ended before this was sent.",
          status: 200,
        });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const { code, message } = error;
        if (code !== "unauthorized" && code !== "forbidden") throw error;
        const said = code === "forbidden" ? message : message.replace(/; send .*/, "");
        const wrong = [{ field: "token", message: `is not taken: ${said}` }];
        return ask(c, {
          now: auth.now,
          asking: { to, wrong, unsent, why: undefined },
          status: code === "forbidden" ? 403 : 401,
        });
      }
    })
    .post("/sign-out", (c) => {
      dropSession(c);
      return c.redirect("/console/sign-in", 303);
    });
