import { isEnded } from "../../jobs/status.ts";
import type { FormInput } from "../page-context.ts";
import { Copyable } from "../parts/copy.tsx";
import { Field, FormKey, FormToken, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { jobPath } from "../parts/job.tsx";
import { StatusMark } from "../parts/status.tsx";
import { Ago } from "../parts/time.tsx";
import { pollCommand, reportCommand } from "./commands.ts";
import { Step } from "./step.tsx";
import { TokenStep } from "./token-step.tsx";
import type { Progress } from "./view.ts";

const ProjectForm = ({
  formInput,
  wrong,
  isFirst,
}: {
  formInput: FormInput;
  wrong: Wrong;
  isFirst: boolean;
}) => (
  <form method="post" action="/console/start/project" class="stack">
    <FormToken />
    <FormKey />
    <WrongElsewhere wrong={wrong} shown={["project_name"]} />
    <Field
      name="project_name"
      label="Name"
      value={formInput.get("project_name")}
      wrong={wrong}
      hint="What is tested: tests, agents and schedules belong to it."
      more={{ required: true, autocomplete: "off" }}
    />
    <div class="row">
      <button type="submit" class={isFirst ? "primary" : ""}>
        Make the project
      </button>
    </div>
  </form>
);

const ProjectStep = ({
  project,
  formInput,
  wrong,
}: Pick<Progress, "project"> & { formInput: FormInput; wrong: Wrong }) => (
  <Step place={1} title="Make a project" done={project !== undefined}>
    {project ? (
      <>
        <p>
          <strong>{project.name}</strong> <span class="quiet">id {project.id}</span>
        </p>
        <details open={formInput.get("project_name") !== ""}>
          <summary>Make another project</summary>
          <ProjectForm formInput={formInput} wrong={wrong} isFirst={false} />
        </details>
      </>
    ) : (
      <ProjectForm formInput={formInput} wrong={wrong} isFirst />
    )}
  </Step>
);

const HostStep = ({ host }: Pick<Progress, "host">) => (
  <Step place={3} title="See the host appear" done={host !== undefined}>
    {host ? (
      <p>
        <a href={`/console/hosts/${host.id}`}>{host.name}</a>{" "}
        <span class="quiet">
          registered <Ago at={host.registeredAt} />
          {host.lastPingAt === null ? "; it has not pinged yet" : ""}
        </span>
      </p>
    ) : (
      <p class="quiet">It shows up here by itself within seconds of those lines.</p>
    )}
  </Step>
);

const AgentStep = ({
  progress: { project, host, agent },
  formInput,
  wrong,
}: {
  progress: Progress;
  formInput: FormInput;
  wrong: Wrong;
}) => {
  const value = (name: string, usual: string) => (formInput.fields.has(name) ? formInput.get(name) : usual);
  return (
    <Step place={4} title="Give it an agent" done={agent !== undefined}>
      {agent ? (
        <p>
          <strong>{agent.name}</strong> on {agent.hostName}
        </p>
      ) : project && host ? (
        <form method="post" action={`/console/start/projects/${project.id}/hosts/${host.id}`} class="stack">
          <FormToken />
          <WrongElsewhere wrong={wrong} shown={["name", "framework", "framework_id", "agent_client_id"]} />
          <p class="quiet">
            A host brings its agents itself. For one that does not, make the first one here.
          </p>
          <div class="three">
            <Field name="name" label="Name" value={value("name", "Agent 1")} wrong={wrong} />
            <Field name="framework" label="Framework" value={value("framework", "testNG")} wrong={wrong} />
            <Field
              name="framework_id"
              label="Framework id"
              value={value("framework_id", "testNG-plugin")}
              wrong={wrong}
            />
            <Field
              name="agent_client_id"
              label="Number"
              value={value("agent_client_id", "1")}
              wrong={wrong}
            />
          </div>
          <div class="row">
            <button type="submit" class="primary">
              Make the agent
            </button>
          </div>
        </form>
      ) : (
        <p class="quiet">Comes after the host.</p>
      )}
    </Step>
  );
};

const RunStep = ({ progress: { project, agent, job }, origin }: { progress: Progress; origin: string }) => (
  <Step place={5} title="Schedule a first run" done={job !== undefined}>
    {job && project ? (
      <>
        <p class="row">
          <a href={jobPath(project.id, job.id)}>
            {job.scheduleName} <span class="quiet">#{job.id}</span>
          </a>
          <StatusMark status={job.status} />
        </p>
        {isEnded(job.status) ? (
          <p>
            That is the whole way. <a href="/console">Go on to the overview</a>, or{" "}
            <a href="/console/pipelines">start runs from a pipeline</a>
          </p>
        ) : (
          agent && (
            <details class="commands">
              <summary>What the host does now, by hand</summary>
              <p class="quiet">It asks for its jobs, and reports what it does; TOKEN stands for its token.</p>
              <Copyable id="poll" label="the poll" text={pollCommand(origin, agent.hostId)} />
              <Copyable id="report" label="the report" text={reportCommand(origin, project.id, job.id)} />
            </details>
          )
        )}
      </>
    ) : project && agent ? (
      <div class="row">
        <a class="button primary" href={`/console/projects/${project.id}/schedules/new?agent=${agent.id}`}>
          Schedule a run of {agent.name}
        </a>
      </div>
    ) : (
      <p class="quiet">Comes after the agent.</p>
    )}
  </Step>
);

/** From an empty installation to a finished job in five steps; completed steps are detected. */
export const FirstUse = ({
  progress,
  origin,
  formInput,
  wrong,
  secret,
}: {
  progress: Progress;
  origin: string;
  formInput: FormInput;
  wrong: Wrong;
  secret: string | undefined;
}) => (
  <div class="stack wide-form">
    <p>Five steps from nothing to a first run. What happens elsewhere shows up here by itself.</p>
    <ProjectStep project={progress.project} formInput={formInput} wrong={wrong} />
    <TokenStep progress={progress} origin={origin} secret={secret} />
    <Live address="/console/start" asks>
      <HostStep host={progress.host} />
      <AgentStep progress={progress} formInput={formInput} wrong={wrong} />
      <RunStep progress={progress} origin={origin} />
    </Live>
  </div>
);
