import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { agentPath } from "../agents/view.ts";
import { blackoutsPath } from "../blackouts/list.tsx";
import { OutcomeChart } from "../overview/chart.tsx";
import { rateText } from "../overview/tiles.tsx";
import { type FormInput, usePageContext } from "../page-context.ts";
import { ConfirmedAction } from "../parts/buttons.tsx";
import { Fact } from "../parts/fact.tsx";
import { Field, FormToken, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { Time } from "../parts/time.tsx";
import { testRunsPath } from "../test-runs/list.tsx";
import { webhooksPath } from "../webhooks/list.tsx";
import { countText, projectPath } from "./list.tsx";
import { MAX_COUNT } from "./store.ts";
import type { ProjectPage } from "./view.ts";

const counted = (count: number, one: string): string =>
  `${countText(count, MAX_COUNT)} ${count === 1 ? one : `${one}s`}`;

const Facts = ({ page: { project, counts, passRate } }: { page: ProjectPage }) => {
  const { actor } = usePageContext();
  const linked = (count: number, to: string, mayFollow: boolean): Child =>
    count > 0 && mayFollow ? <a href={to}>{countText(count, MAX_COUNT)}</a> : countText(count, MAX_COUNT);
  return (
    <dl class="facts">
      <Fact label="Pass rate, 14 days">{passRate === null ? "none yet" : rateText(passRate)}</Fact>
      <Fact label="Schedules">
        {linked(counts.schedules, `/console/schedules?project=${project.id}`, mayDo(actor, "listSchedules"))}
      </Fact>
      <Fact label="Tests">
        {linked(counts.testRuns, testRunsPath(project.id), mayDo(actor, "listTestRuns"))}
      </Fact>
      <Fact label="Jobs">
        {linked(counts.jobs, `/console/jobs?project=${project.id}`, mayDo(actor, "listJobs"))}
      </Fact>
      <Fact label="Agents">
        {linked(counts.agents, `/console/agents?project=${project.id}`, mayDo(actor, "listAgents"))}
      </Fact>
      <Fact label="Made">
        <Time at={project.createdAt} />
      </Fact>
      <Fact label="Id">{project.id}</Fact>
    </dl>
  );
};

const PLACES = [
  { label: "Jobs", operation: "listJobs", path: (id: number) => `/console/jobs?project=${id}` },
  {
    label: "Schedules",
    operation: "listSchedules",
    path: (id: number) => `/console/schedules?project=${id}`,
  },
  { label: "Tests", operation: "listTestRuns", path: testRunsPath },
  { label: "Test results", operation: "listTests", path: (id: number) => `${projectPath(id)}/tests` },
  { label: "Timeline", operation: "listJobs", path: (id: number) => `/console/timeline?project=${id}` },
  { label: "Calendar", operation: "readCalendar", path: (id: number) => `/console/calendar?project=${id}` },
  { label: "Blackouts", operation: "listBlackouts", path: blackoutsPath },
  { label: "Webhooks", operation: "listWebhooks", path: webhooksPath },
] as const;

const Rename = ({
  project,
  formInput,
  wrong,
}: Pick<ProjectPage, "project"> & { formInput: FormInput; wrong: Wrong }) => (
  <details class="asking" open={wrong.length > 0}>
    <summary>Rename…</summary>
    <form class="asked" method="post" action={`${projectPath(project.id)}/rename`}>
      <FormToken />
      <WrongElsewhere wrong={wrong} shown={["name"]} />
      <Field
        name="name"
        label="New name"
        value={formInput.fields.has("name") ? formInput.get("name") : project.name}
        wrong={wrong}
        more={{ required: true, autocomplete: "off" }}
      />
      <button type="submit" class="primary">
        Rename it
      </button>
    </form>
  </details>
);

/** What keeps a project from being deleted. */
const usesOf = ({ agents, schedules, isBusy }: ProjectPage["counts"]): string[] => [
  ...(agents > 0 ? [counted(agents, "agent")] : []),
  ...(schedules > 0 ? [counted(schedules, "schedule")] : []),
  ...(isBusy === 1 ? ["jobs that have not ended"] : []),
];

const Delete = ({ page: { project, counts } }: { page: ProjectPage }) => {
  const uses = usesOf(counts);
  if (uses.length > 0)
    return (
      <p class="quiet">
        It can be deleted once it has no agents, no schedules and no jobs that have not ended; it has{" "}
        {uses.join(", ")}.
      </p>
    );
  return (
    <ConfirmedAction
      to={`${projectPath(project.id)}/delete`}
      label="Delete…"
      what={project.name}
      consequence={`With it go ${counted(counts.jobs, "job")} and ${counted(counts.testRuns, "test")}, and all results, outputs and files of theirs. They can't be brought back, and its id is not given again.`}
      sure="Delete it with all that"
      keepsPlace={false}
    />
  );
};

const Agents = ({
  page: {
    project: { id: projectId },
    agents,
    counts,
  },
}: {
  page: ProjectPage;
}) =>
  agents.length === 0 ? (
    <p class="quiet">None yet: a host brings its agents itself.</p>
  ) : (
    <>
      <ul class="lines">
        {agents.map((agent) => (
          <li class="material">
            <a href={agentPath({ project: projectId, host: agent.hostId, agent: agent.id })}>{agent.name}</a>{" "}
            <span class="quiet">#{agent.id}</span> on{" "}
            <a href={`/console/hosts/${agent.hostId}`}>{agent.hostName}</a>
            {agent.active === 1 ? "" : <span class="quiet">, inactive</span>}
          </li>
        ))}
      </ul>
      {counts.agents > agents.length && (
        <p>
          <a href={`/console/agents?project=${projectId}`}>All agents of this project</a>
        </p>
      )}
    </>
  );

/** The page of a project: where its things are, how its jobs ended, what it has. */
export const ProjectDetails = ({
  page,
  formInput,
  wrong,
}: {
  page: ProjectPage;
  formInput: FormInput;
  wrong: Wrong;
}) => {
  const { actor } = usePageContext();
  const { project } = page;
  return (
    <Live>
      <nav class="row" aria-label="Of this project">
        {PLACES.filter(({ operation }) => mayDo(actor, operation)).map(({ label, path }) => (
          <a class="button" href={path(project.id)}>
            {label}
          </a>
        ))}
        {mayDo(actor, "createSchedule") && (
          <a class="button primary" href={`/console/schedules/new?project=${project.id}`}>
            New schedule
          </a>
        )}
      </nav>
      {mayDo(actor, "listJobs") && (
        <section class="card">
          <h2>Outcomes of the last 14 days</h2>
          <OutcomeChart days={page.chart} project={project.id} />
        </section>
      )}
      <div class="columns">
        <section class="card">
          <h2>Details</h2>
          <Facts page={page} />
        </section>
        <section class="card">
          <h2>Agents</h2>
          <Agents page={page} />
        </section>
      </div>
      <div class="row top">
        {mayDo(actor, "updateProject") && <Rename project={project} formInput={formInput} wrong={wrong} />}
        {mayDo(actor, "deleteProject") && <Delete page={page} />}
      </div>
    </Live>
  );
};
