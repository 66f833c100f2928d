import { type Context, Hono } from "hono";
import { createAgent } from "../../agents/agents.ts";
import { agentInput } from "../../agents/input.ts";
import type { App } from "../../http/app.ts";
import { createProject, projectInput } from "../../projects/projects.ts";
import { scheduleInput } from "../../schedules/input.ts";
import { createSchedule } from "../../schedules/schedules.ts";
import { createToken, tokenInput } from "../../tokens/tokens.ts";
import { attempt, numberIn, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import type { Wrong } from "../parts/form.tsx";
import type { Notice } from "../parts/notice.tsx";
import { redirectTo, show } from "../show-page.tsx";
import { carriedToken } from "./carried-token.tsx";
import { FirstUse } from "./steps.tsx";
import { readProgress } from "./view.ts";

interface Drawn {
  formInput?: FormInput;
  wrong?: Wrong;
  /** The token that was made just now. */
  made?: string;
  status?: 200 | 400 | 409 | 413;
}

/** Shows the steps. The token of this session's host stands in the page alone, which sends it along. */
const draw = async (
  c: Context<App>,
  { formInput = new FormInput([]), wrong = [], made, status = 200 }: Drawn,
) => {
  const progress = await readProgress(c.get("call"), c.get("pageContext").project?.id);
  const target = { origin: new URL(c.req.url).origin, secret: made ?? carriedToken(c) };
  return show(
    c,
    { title: progress.isComplete ? "Add a host" : "Set up", here: "/console/start", sheet: "forms", status },
    <FirstUse progress={progress} target={target} formInput={formInput} wrong={wrong} />,
  );
};

/** After a step that was done: the page anew, with the token if it has one. */
const goOn = (c: Context<App>, notice: Notice) => {
  if (carriedToken(c) === undefined) return redirectTo(c, "/console/start", notice);
  c.set("pageContext", { ...c.get("pageContext"), done: notice });
  return draw(c, {});
};

/** Guides a new installation to its first run, and brings further hosts in. */
export const startPages = new Hono<App>()
  .get("/start", page("createProject"), (c) => draw(c, {}))
  .post("/start/project", action("createProject"), async (c) => {
    const { call, formInput } = c.var;
    const input = { name: formInput.get("project_name") };
    const tried = await attempt(async () => createProject(call, readAs(projectInput, input)));
    if (tried.done) return goOn(c, "project-made");
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
    return draw(c, { made: secret });
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
    if (tried.done) return goOn(c, "agent-made");
    return draw(c, { formInput, wrong: tried.wrong, status: tried.status });
  })
  .post("/start/projects/:project/run", action("createSchedule", ["project"]), async (c) => {
    const { call, formInput } = c.var;
    const input = { name: "First run", agent_server_id: numberIn(formInput.get("agent_server_id")) };
    const tried = await attempt(async () =>
      createSchedule(call, c.req.valid("param").project, readAs(scheduleInput, input)),
    );
    if (tried.done) return goOn(c, "first-run-made");
    return draw(c, { formInput, wrong: tried.wrong, status: tried.status });
  });
