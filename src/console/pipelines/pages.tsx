import { Hono } from "hono";
import type { App } from "../../http/app.ts";
import { page } from "../page-guards.ts";
import { Copyable } from "../parts/copy.tsx";
import { show } from "../show-page.tsx";
import { readProgress } from "../start/view.ts";
import { githubExample, gitlabExample, jenkinsExample, type Target } from "./examples.ts";

const Examples = ({ target, agentName }: { target: Target; agentName: string | undefined }) => (
  <div class="stack wide-form">
    <p>
      Each starts a run of {agentName === undefined ? "an agent" : agentName}, waits for its end, and fails as
      it does. MUSTER_TOKEN is a secret of the pipeline: a <a href="/console/tokens">token</a> of scope
      operator, limited to the project. With <code>--tests @smoke</code> only tests of that tag run. On GitHub
      the failures are annotations of their files, and the run has a summary.
    </p>
    <h2>GitHub Actions</h2>
    <Copyable id="github" label="the job" text={githubExample(target)} />
    <h2>GitLab CI</h2>
    <Copyable id="gitlab" label="the job" text={gitlabExample(target)} />
    <h2>Jenkins</h2>
    <Copyable id="jenkins" label="the stage" text={jenkinsExample(target)} />
    <h2>By hand</h2>
    <Copyable
      id="by-hand"
      label="the lines"
      text={`curl -fsSO ${target.origin}/cli.mjs\nnode cli.mjs login ${target.origin}\nnode cli.mjs --help`}
    />
  </div>
);

/** How runs are started from pipelines. The lines name the newest project and agent that the user may see. */
export const pipelinePages = new Hono<App>().get("/pipelines", page("createSchedule"), async (c) => {
  const { project, agent } = await readProgress(c.get("call"));
  const { origin } = new URL(c.req.url);
  const target = { origin, project: String(project?.id ?? "PROJECT"), agent: String(agent?.id ?? "AGENT") };
  return show(
    c,
    { title: "Runs from pipelines", here: "/console/start" },
    <Examples target={target} agentName={agent?.name} />,
  );
});
