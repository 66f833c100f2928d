import { isEnded } from "../../jobs/status.ts";
import { Copyable } from "../parts/copy.tsx";
import { FormKeys, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { jobPath } from "../parts/job.tsx";
import { StatusMark } from "../parts/status.tsx";
import { CarriedToken } from "./carried-token.tsx";
import { pollCommand, reportCommand, type Target } from "./commands.ts";
import { Step } from "./step.tsx";
import type { Progress } from "./view.ts";

/** What a host without our program does now, command by command. */
const ByHand = ({
  project,
  host,
  job,
  target,
}: {
  project: number;
  host: number;
  job: number;
  target: Target;
}) => (
  <details class="commands">
    <summary>What the host does now, by hand</summary>
    <p class="quiet">
      It asks for its jobs, says that it begins one, runs the tests, and says how they ended.
      {target.secret === undefined ? " TOKEN stands for its token." : ""}
    </p>
    <Copyable id="poll" label="the poll" text={pollCommand(target, host)} />
    <Copyable
      id="report"
      label="the report"
      text={reportCommand(target, { project, job, status: "RUNNING" })}
    />
    <Copyable
      id="completed"
      label="the end"
      text={reportCommand(target, { project, job, status: "COMPLETED" })}
    />
  </details>
);

const RunForm = ({
  project,
  agent,
  target,
  label,
}: {
  project: number;
  agent: NonNullable<Progress["agent"]>;
  target: Target;
  label: string;
}) => (
  <form method="post" action={`/console/start/projects/${project}/run`} class="row">
    <FormKeys />
    <CarriedToken secret={target.secret} />
    <input type="hidden" name="agent_server_id" value={String(agent.id)} />
    <button type="submit" class="primary">
      {label}
    </button>
    <a class="button" href={`/console/projects/${project}/schedules/new?agent=${agent.id}`}>
      Schedule a run of {agent.name}
    </a>
  </form>
);

const Ended = ({ isComplete }: { isComplete: boolean }) =>
  isComplete ? (
    <p>
      That is the whole way. <a href="/console">Go on to the overview</a>, or{" "}
      <a href="/console/pipelines">start runs from a pipeline</a>
    </p>
  ) : (
    <p>It did not end well: its page says why. Mend that, and run it once more.</p>
  );

/** The first run, until one is COMPLETED. */
export const RunStep = ({
  progress: { project, agent, job, isComplete },
  target,
  wrong,
}: {
  progress: Progress;
  target: Target;
  wrong: Wrong;
}) => (
  <Step place={5} title="Run the tests once" done={isComplete}>
    <WrongElsewhere wrong={wrong} shown={[]} />
    {job && (
      <p class="row">
        <a href={project && jobPath(project.id, job.id)}>
          {job.scheduleName} <span class="quiet">#{job.id}</span>
        </a>
        <StatusMark status={job.status} />
      </p>
    )}
    {job && isEnded(job.status) && <Ended isComplete={isComplete} />}
    {job && project && agent && !isEnded(job.status) && (
      <ByHand project={project.id} host={agent.hostId} job={job.id} target={target} />
    )}
    {project && agent && (job === undefined || (isEnded(job.status) && !isComplete)) && (
      <RunForm
        project={project.id}
        agent={agent}
        target={target}
        label={job === undefined ? "Run its tests now" : "Run them once more"}
      />
    )}
    {agent === undefined && <p class="quiet">Comes after the agent.</p>}
  </Step>
);
