import { type Context, Hono } from "hono";
import type { App } from "../../http/app.ts";
import {
  createToken,
  getToken,
  type Issued,
  revokeToken,
  rotateToken,
  rotationInput,
  tokenInput,
} from "../../tokens/tokens.ts";
import { formatWireTime } from "../../wire/times.ts";
import { attempt, numberIn, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import type { Wrong } from "../parts/form.tsx";
import { instantOf } from "../parts/local-time.ts";
import { redirectTo, show } from "../show-page.tsx";
import { TokenDetails } from "./details.tsx";
import { IssuedToken, TokenForm } from "./form.tsx";
import { TokenList } from "./list.tsx";
import { listTokens, tokensAddress } from "./view.ts";

const HERE = "/console/tokens";

/** The form's values of a new token, in the API's fields. */
const tokenIn = (formInput: FormInput, zone: string) => {
  const expires = formInput.get("expires_at");
  const at = instantOf(expires, zone);
  const projects = formInput
    .get("project_ids")
    .split(/[,\s]+/)
    .filter(Boolean);
  return {
    name: formInput.get("name"),
    scope: formInput.get("scope"),
    project_ids: projects.length === 0 ? undefined : projects.map(numberIn),
    host_server_id: numberIn(formInput.get("host_server_id")),
    register_only: formInput.get("register_only") === "true",
    expires_at: expires === "" ? undefined : at === undefined ? expires : formatWireTime(at),
  };
};

const showForm = (
  c: Context<App>,
  formInput: FormInput,
  { wrong, status }: { wrong: Wrong; status: 200 | 400 | 409 | 413 },
) => show(c, { title: "New token", here: HERE, status }, <TokenForm formInput={formInput} wrong={wrong} />);

const showIssued = (c: Context<App>, issued: Issued) =>
  show(
    c,
    { title: issued.token.name, here: HERE },
    <IssuedToken issued={issued} origin={new URL(c.req.url).origin} />,
  );

export const tokenPages = new Hono<App>()
  .get("/tokens", page("listTokens"), async (c) => {
    const filter = readAs(tokensAddress, c.req.query());
    const list = await listTokens(c.get("call"), filter);
    const heading = (
      <>
        <h1>Tokens</h1>
        <a class="button primary" href="/console/tokens/new">
          New token
        </a>
      </>
    );
    return show(
      c,
      { title: "Tokens", here: HERE, sheet: "lists", heading },
      <TokenList list={list} filter={filter} />,
    );
  })
  .get("/tokens/new", page("createToken"), (c) => showForm(c, new FormInput([]), { wrong: [], status: 200 }))
  .post("/tokens", action("createToken"), async (c) => {
    const { call, formInput, pageContext } = c.var;
    const tried = await attempt(async () =>
      createToken(call, readAs(tokenInput, tokenIn(formInput, pageContext.zone))),
    );
    return tried.done
      ? showIssued(c, tried.value)
      : showForm(c, formInput, { wrong: tried.wrong, status: tried.status });
  })
  .get("/tokens/:token", page("getToken", ["token"]), async (c) => {
    const token = await getToken(c.get("call"), c.req.valid("param").token);
    return show(c, { title: token.name, here: HERE }, <TokenDetails token={token} />);
  })
  .post("/tokens/:token/rotate", action("rotateToken", ["token"]), async (c) => {
    const { call, formInput } = c.var;
    const overlap = readAs(rotationInput, { overlap_minutes: numberIn(formInput.get("overlap_minutes")) });
    return showIssued(c, await rotateToken(call, c.req.valid("param").token, overlap));
  })
  .post("/tokens/:token/revoke", action("revokeToken", ["token"]), async (c) => {
    const { id } = await revokeToken(c.get("call"), c.req.valid("param").token);
    return redirectTo(c, `${HERE}/${id}`, "token-revoked");
  });
