import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { usePageContext } from "../page-context.ts";
import { ActionButton, ConfirmedAction } from "../parts/buttons.tsx";
import { Checked } from "../parts/checked.tsx";
import { Fact } from "../parts/fact.tsx";
import { Live } from "../parts/frame.tsx";
import { Empty, JobLine, reasonText } from "../parts/job.tsx";
import { PresenceMark } from "../parts/status.tsx";
import { Strip } from "../parts/strip.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, lengthText, Time } from "../parts/time.tsx";
import { Connection } from "./connection.tsx";
import type { HostJob } from "./store.ts";
import { type HostPage, STRIP_DAYS, waitsOutside } from "./view.ts";
import { Missed, Trouble } from "./warnings.tsx";

/** The offset of a host's clock, in words. */
const offsetText = (offsetMs: number): string =>
  Math.abs(offsetMs) < 2000
    ? "goes right"
    : `${lengthText(Math.abs(offsetMs))} ${offsetMs > 0 ? "ahead" : "behind"}, by the time that its pings say`;

const Facts = ({ page }: { page: HostPage }) => {
  const { host, contactAt, clockOffsetMs, online } = page;
  const { now } = usePageContext();
  return (
    <dl class="facts">
      <Fact label="Status">
        <PresenceMark presence={host.presence} />
        {host.presenceChangedAt === null ? null : (
          <span class="quiet">
            {" "}
            since <Time at={host.presenceChangedAt} />
          </span>
        )}
      </Fact>
      <Fact label="Last heard from">
        {contactAt === null || contactAt === 0 ? "not yet" : <Ago at={contactAt} />}
      </Fact>
      <Fact label="Connection">
        <Connection sockets={page.sockets} lostAt={page.lostAt} />
      </Fact>
      {clockOffsetMs !== null && <Fact label="Its clock">{offsetText(clockOffsetMs)}</Fact>}
      <Fact label="Last 7 days">
        <Strip spans={online} from={now - STRIP_DAYS * DAY_MS} />
      </Fact>
      <Fact label="IP address">{host.ipAddress}</Fact>
      <Fact label="MAC address">{host.macAddress}</Fact>
      <dt>Guid</dt>
      <dd class="code">{host.guidAsSent}</dd>
      <Fact label="Registered">
        <Time at={host.registeredAt} />
      </Fact>
      <Fact label="Id">{host.id}</Fact>
    </dl>
  );
};

const Agent = ({ agent, host }: { agent: HostPage["agents"][number]; host: number }) => {
  const { actor } = usePageContext();
  const path = `/console/projects/${agent.projectId}/hosts/${host}/agents/${agent.id}`;
  return (
    <tr>
      <th scope="row">
        {agent.name} <span class="quiet">#{agent.id}</span>
      </th>
      <td data-label="Project">{agent.projectName}</td>
      <td data-label="Framework">{agent.framework}</td>
      <td data-label="Number">{agent.clientNumber}</td>
      <td data-label="State">{agent.active ? "Active" : "Inactive"}</td>
      <td data-label="Actions">
        <div class="row">
          {agent.active
            ? mayDo(actor, "deactivateAgent") && (
                <ActionButton to={`${path}/deactivate`} label="Deactivate" what={agent.name} />
              )
            : mayDo(actor, "activateAgent") && (
                <ActionButton to={`${path}/activate`} label="Activate" what={agent.name} />
              )}
          {mayDo(actor, "updateAgent") && (
            <a class="button" href={path}>
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
      </td>
    </tr>
  );
};

const Agents = ({ page: { agents, host } }: { page: HostPage }) =>
  agents.length === 0 ? (
    <Empty title="No agent yet">
      <p>A host brings its agents itself, by a call; jobs are scheduled for agents.</p>
    </Empty>
  ) : (
    <Table caption="Agents" heads={["Agent", "Project", "Framework", "Number", "State", "Actions"]}>
      {agents.map((agent) => (
        <Agent agent={agent} host={host.id} />
      ))}
    </Table>
  );

const Jobs = ({
  title,
  jobs,
  none,
  say,
}: {
  title: string;
  jobs: readonly HostJob[];
  none: string;
  say: (job: HostJob) => Child;
}) => (
  <section class="card">
    <h2>{title}</h2>
    {jobs.length === 0 ? (
      <p class="quiet">{none}</p>
    ) : (
      <ul class="lines">
        {jobs.map((job) => (
          <JobLine job={job}>{say(job)}</JobLine>
        ))}
      </ul>
    )}
  </section>
);

const Turns = ({ page: { turns } }: { page: HostPage }) =>
  turns.length === 0 ? (
    <p class="quiet">Its status has not changed in the last 7 days.</p>
  ) : (
    <ul class="lines">
      {turns.slice(0, 20).map(({ at, presence }) => (
        <li class="job-line">
          <PresenceMark presence={presence} />
          <Time at={at} />
        </li>
      ))}
    </ul>
  );

/** The page of a host. */
export const HostDetails = ({ page, timeline }: { page: HostPage; timeline: Child }) => {
  const { actor, now } = usePageContext();
  return (
    <Live asks>
      <Missed outside={page.outside} />
      <Trouble trouble={page.trouble} />
      {timeline}
      <div class="columns">
        <section class="card">
          <h2>Details</h2>
          <Facts page={page} />
          <Checked at={page.checkedAt} />
        </section>
        <div class="stack">
          <Jobs
            title="Runs now"
            jobs={page.running}
            none="Nothing runs."
            say={(job) => job.startedAt !== null && <Ago at={job.startedAt} />}
          />
          <Jobs
            title="Comes next"
            jobs={page.coming}
            none="Nothing is scheduled for its active agents."
            say={(job) => (
              <>
                <Ago at={job.scheduledAt} />
                {page.outside && waitsOutside(page.outside, now)(job)
                  ? ", outside of the window that it asks for"
                  : ""}
              </>
            )}
          />
        </div>
      </div>
      <section class="card">
        <h2>Agents</h2>
        <Agents page={page} />
      </section>
      <div class="columns">
        <Jobs
          title="Its last jobs"
          jobs={page.past}
          none="None yet."
          say={(job) => (
            <>
              <Time at={job.scheduledAt} />
              {job.statusReason === null ? "" : `: ${reasonText(job.statusReason)}`}
            </>
          )}
        />
        <section class="card">
          <h2>History</h2>
          <Turns page={page} />
        </section>
      </div>
      {mayDo(actor, "listJobs") && (
        <p>
          <a href={`/console/jobs?host=${page.host.id}`}>All jobs of this host</a>
        </p>
      )}
      {mayDo(actor, "retireHost") && (
        <ConfirmedAction
          to={`/console/hosts/${page.host.id}/retire`}
          label="Retire this host…"
          what=""
          consequence="Its open jobs are cancelled and later calls to it are refused. Registering its guid again revives it."
          sure="Retire it"
        />
      )}
    </Live>
  );
};
