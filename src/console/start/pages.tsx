import { type Context, Hono } from "hono";
import { createAgent } from "../../agents/agents.ts";
import { agentInput } from "../../agents/input.ts";
import type { App } from "../../http/app.ts";
import { createProject, projectInput } from "../../projects/projects.ts";
import { createToken, tokenInput } from "../../tokens/tokens.ts";
import { attempt, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import type { Wrong } from "../parts/form.tsx";
import { redirectTo, show } from "../show-page.tsx";
import { FirstUse } from "./steps.tsx";
import { readProgress } from "./view.ts";

const draw = async (
  c: Context<App>,
  {
    formInput = new FormInput([]),
    wrong = [],
    secret,
    status = 200,
  }: {
    formInput?: FormInput;
    wrong?: Wrong;
    secret?: string | undefined;
    status?: 200 | 400 | 409 | 413;
  },
) => {
  const progress = await readProgress(c.get("call"));
  const { origin } = new URL(c.req.url);
  return show(
    c,
    { title: "Set up", here: "/console/start", sheet: "forms", status },
    <FirstUse progress={progress} origin={origin} formInput={formInput} wrong={wrong} secret={secret} />,
  );
};

/** Guides a new installation to its first run. */
export const startPages = new Hono<App>()
  .get("/start", page("createProject"), (c) => draw(c, {}))
  .post("/start/project", action("createProject"), async (c) => {
    const { call, formInput } = c.var;
    const input = { name: formInput.get("project_name") };
    const tried = await attempt(async () => createProject(call, readAs(projectInput, input)));
    if (tried.done) return redirectTo(c, "/console/start", "project-made");
    const wrong = tried.wrong.map((each) =>
      each.field === "name" ? { ...each, field: "project_name" } : each,
    );
    return draw(c, { formInput, wrong, status: tried.status });
  })
  .post("/start/token", action("createToken"), async (c) => {
    const { secret } = await createToken(
      c.get("call"),
      readAs(tokenInput, { name: "First host", scope: "host" }),
    );
    return draw(c, { secret });
  })
  .post("/start/projects/:project/hosts/:host", action("createAgent", ["project", "host"]), async (c) => {
    const { call, formInput } = c.var;
    const input = {
      name: formInput.get("name"),
      framework: formInput.get("framework"),
      framework_id: formInput.get("framework_id"),
      agent_client_id: formInput.get("agent_client_id"),
      active: true,
    };
    const tried = await attempt(async () =>
      createAgent(call, c.req.valid("param"), readAs(agentInput, input)),
    );
    if (tried.done) return redirectTo(c, "/console/start", "agent-made");
    return draw(c, { formInput, wrong: tried.wrong, status: tried.status });
  });
