import type { FormInput } from "../page-context.ts";
import { Copyable } from "../parts/copy.tsx";
import { Field, FormKeys, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { Ago } from "../parts/time.tsx";
import { ProjectNameField } from "../projects/name-field.tsx";
import { CarriedToken, HEADER } from "./carried-token.tsx";
import { agentCommand, pingCommand, type Target } from "./commands.ts";
import { RunStep } from "./run-step.tsx";
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
    <FormKeys />
    <WrongElsewhere wrong={wrong} shown={["project_name"]} />
    <ProjectNameField name="project_name" formInput={formInput} wrong={wrong} />
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

const HostStep = ({ host, target }: Pick<Progress, "host"> & { target: Target }) => (
  <Step place={3} title="See the host appear" done={host !== undefined}>
    {host ? (
      <>
        <p>
          <a href={`/console/hosts/${host.id}`}>{host.name}</a>{" "}
          <span class="quiet">
            registered <Ago at={host.registeredAt} />
            {host.lastPingAt === null ? "; it has not pinged yet" : ""}
          </span>
        </p>
        {host.lastPingAt === null && (
          <details class="commands">
            <summary>What a host does every few minutes, by hand</summary>
            <Copyable id="ping" label="the ping" text={pingCommand(target, host)} />
          </details>
        )}
      </>
    ) : (
      <p class="quiet">It shows up here by itself within seconds of those lines.</p>
    )}
  </Step>
);

interface StepProps {
  progress: Progress;
  target: Target;
  formInput: FormInput;
  wrong: Wrong;
}

const AgentStep = ({ progress: { project, host, agent }, target, formInput, wrong }: StepProps) => {
  const value = (name: string, usual: string) => (formInput.fields.has(name) ? formInput.get(name) : usual);
  return (
    <Step place={4} title="Give it an agent" done={agent !== undefined}>
      {agent ? (
        <p>
          <strong>{agent.name}</strong> on {agent.hostName}
        </p>
      ) : project && host ? (
        <form method="post" action={`/console/start/projects/${project.id}/hosts/${host.id}`} class="stack">
          <FormKeys />
          <CarriedToken secret={target.secret} />
          <WrongElsewhere wrong={wrong} shown={["name", "framework", "framework_id", "agent_client_id"]} />
          <p class="quiet">
            A host brings its agents itself. For one that does not, make the first one here.
          </p>
          <details class="commands">
            <summary>How a host brings one, by hand</summary>
            <Copyable
              id="agent"
              label="the command"
              text={agentCommand(target, { project: project.id, host: host.id })}
            />
          </details>
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

/** From an empty installation to a finished job in five steps; completed steps are detected. Further hosts begin at the second. */
export const FirstUse = ({ progress, target, formInput, wrong }: StepProps) => {
  const { secret } = target;
  return (
    <div class="stack wide-form">
      <p>
        {progress.isComplete
          ? "A further host takes a token and two lines. What happens elsewhere shows up here by itself."
          : "Five steps from nothing to a first run. What happens elsewhere shows up here by itself."}
      </p>
      <ProjectStep project={progress.project} formInput={formInput} wrong={wrong} />
      <TokenStep progress={progress} target={target} />
      <Live address="/console/start" asks headers={secret === undefined ? undefined : { [HEADER]: secret }}>
        <HostStep host={progress.host} target={target} />
        <AgentStep progress={progress} target={target} formInput={formInput} wrong={wrong} />
        <RunStep
          progress={progress}
          target={target}
          wrong={formInput.fields.has("agent_server_id") ? wrong : []}
        />
      </Live>
    </div>
  );
};
