import { type Context, Hono } from "hono";
import { getProject } from "../../access/known.ts";
import type { ProjectRow } from "../../access/known-store.ts";
import { previewRules, rulesInput, setRules } from "../../flaky-tests/flaky-tests.ts";
import type { App } from "../../http/app.ts";
import type { RulesPreview } from "../../project-results/protocol.ts";
import { attempt, numberIn, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import type { Wrong } from "../parts/form.tsx";
import { redirectTo, type Status, show } from "../show-page.tsx";
import { RulesForm } from "./rules-form.tsx";
import { rulesPath, testsPath } from "./test-parts.tsx";

const RULES = "/projects/:project/flaky-rules" as const;

interface Drawn {
  formInput: FormInput;
  wrong?: Wrong;
  preview?: RulesPreview;
  status?: Status;
}

const draw = (c: Context<App>, { id: projectId, name }: ProjectRow, drawn: Drawn) => {
  const { formInput, wrong = [], preview, status = 200 } = drawn;
  return show(
    c,
    {
      title: `Rules for flaky tests of ${name}`,
      here: "/console/jobs",
      above: [{ path: testsPath(projectId), label: `Test results of ${name}` }],
      crumb: "Rules",
      sheet: "forms",
      status,
    },
    <RulesForm projectId={projectId} formInput={formInput} wrong={wrong} preview={preview} />,
  );
};

const rulesIn = (formInput: FormInput) =>
  readAs(
    rulesInput,
    Object.fromEntries(
      Object.keys(rulesInput.shape).map((name) => [name, numberIn(formInput.get(name))] as const),
    ),
  );

export const flakyRulePages = new Hono<App>()
  .get(RULES, page("getFlakyRules", ["project"]), async (c) => {
    const { call } = c.var;
    const project = await getProject(call, c.req.valid("param").project);
    const rules = await call.results(project.id, (object) => object.rules());
    const formInput = new FormInput([
      ["days", [String(rules.days)]],
      ["changes_of_build", [String(rules.changesOfBuild)]],
      ["changes_of_materials", [String(rules.changesOfMaterials)]],
      ["retries", [String(rules.retries)]],
    ]);
    return draw(c, project, { formInput });
  })
  .post(RULES, action("setFlakyRules", ["project"]), async (c) => {
    const { call, formInput } = c.var;
    const project = await getProject(call, c.req.valid("param").project);
    const isPreview = formInput.get("step") === "preview";
    const tried = await attempt(async () => {
      const rules = rulesIn(formInput);
      if (isPreview) return previewRules(call, project.id, rules);
      await setRules(call, project.id, rules);
      return undefined;
    });
    if (!tried.done) return draw(c, project, { formInput, wrong: tried.wrong, status: tried.status });
    if (tried.value === undefined) return redirectTo(c, rulesPath(project.id), "flaky-rules-saved");
    return draw(c, project, { formInput, preview: tried.value });
  });
