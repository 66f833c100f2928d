import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { ActionButton, ConfirmedAction } from "../parts/buttons.tsx";
import { Fact } from "../parts/fact.tsx";
import { Live } from "../parts/frame.tsx";
import { CronText } from "../schedules/cadence.tsx";
import { schedulePath } from "../schedules/list.tsx";
import type { AgentPage } from "./agent-view.ts";
import { LastJobs, PresentJobs } from "./jobs.tsx";
import { LiveMark } from "./liveness.tsx";

/** What may be done to an agent. */
export const AgentActions = ({ agent, path }: { agent: { name: string; active: boolean }; path: string }) => {
  const { actor } = usePageContext();
  return (
    <div class="row">
      {agent.active
        ? mayDo(actor, "deactivateAgent") && (
            <ActionButton to={`${path}/deactivate`} label="Deactivate" what={agent.name} />
          )
        : mayDo(actor, "activateAgent") && (
            <ActionButton to={`${path}/activate`} label="Activate" what={agent.name} />
          )}
      {mayDo(actor, "updateAgent") && (
        <a class="button" href={`${path}/edit`}>
          Edit<span class="unseen"> {agent.name}</span>
        </a>
      )}
      {mayDo(actor, "deleteAgent") && (
        <ConfirmedAction
          to={`${path}/remove`}
          label="Remove…"
          what={agent.name}
          consequence={`Its open jobs are cancelled and its schedules paused. The host can bring ${agent.name} back.`}
          sure="Remove it"
        />
      )}
    </div>
  );
};

const Schedules = ({ page: { schedules, agent } }: { page: AgentPage }) => (
  <section class="card">
    <h2>Its schedules</h2>
    {schedules.length === 0 ? (
      <p class="quiet">
        None yet.{" "}
        {mayDo(usePageContext().actor, "createSchedule") && (
          <a href={`/console/projects/${agent.projectId}/schedules/new?agent=${agent.id}`}>Make one</a>
        )}
      </p>
    ) : (
      <ul class="lines">
        {schedules.map((schedule) => (
          <li class="job-line">
            <a href={schedulePath(agent.projectId, schedule.id)}>{schedule.name}</a>
            <span class="quiet">
              {schedule.pausedAt === null ? "" : "paused; "}
              {schedule.cron === null ? (
                "once"
              ) : (
                <CronText cron={schedule.cron} timeZone={schedule.timeZone} />
              )}
            </span>
          </li>
        ))}
      </ul>
    )}
  </section>
);

/** The page of an agent: what it is, what it runs, ran and will run, and its schedules. */
export const AgentDetails = ({
  page,
  path,
  timeline,
}: {
  page: AgentPage;
  path: string;
  timeline: Child;
}) => {
  const { agent, host } = page;
  return (
    <Live asks>
      <AgentActions agent={agent} path={path} />
      {timeline}
      <div class="columns">
        <section class="card">
          <h2>Details</h2>
          <dl class="facts">
            <Fact label="State">{agent.active ? "Active" : "Inactive: nothing is handed out"}</Fact>
            <Fact label="Host">
              <a href={`/console/hosts/${host.id}`}>{host.name}</a>{" "}
              <LiveMark contact={page.contact} maintenance={page.maintenance !== null} />
            </Fact>
            <Fact label="Project">{page.projectName}</Fact>
            <Fact label="Framework">
              {agent.framework} <span class="quiet">{agent.frameworkId}</span>
            </Fact>
            <Fact label="Number">{agent.clientNumber}</Fact>
            <Fact label="Id">{agent.id}</Fact>
          </dl>
        </section>
        <PresentJobs running={page.running} coming={page.coming} none="Nothing is scheduled for it." />
      </div>
      <div class="columns">
        <LastJobs jobs={page.past} />
        <Schedules page={page} />
      </div>
      {mayDo(usePageContext().actor, "listJobs") && (
        <p>
          <a href={`/console/jobs?agent=${agent.id}`}>All jobs of this agent</a>
        </p>
      )}
    </Live>
  );
};
