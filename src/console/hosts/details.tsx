import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { usePageContext } from "../page-context.ts";
import { ConfirmedAction } from "../parts/buttons.tsx";
import { Checked } from "../parts/checked.tsx";
import { Fact } from "../parts/fact.tsx";
import { Live } from "../parts/frame.tsx";
import { Empty } from "../parts/job.tsx";
import { PresenceMark } from "../parts/status.tsx";
import { Strip } from "../parts/strip.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, lengthText, Time } from "../parts/time.tsx";
import { AgentActions } from "./agent-page.tsx";
import { Connection } from "./connection.tsx";
import { LastJobs, PresentJobs } from "./jobs.tsx";
import { hostsPath } from "./list.tsx";
import { LiveMark } from "./liveness.tsx";
import { MaintenanceActions, MaintenanceNotice } from "./maintenance.tsx";
import { MAX_RUNNING_COUNTED } from "./running-store.ts";
import { MAX_LATE } from "./store.ts";
import { type HostPage, STRIP_DAYS, waitsOutside } from "./view.ts";
import { Missed, Trouble } from "./warnings.tsx";

/** The offset of a host's clock, in words. */
const offsetText = (offsetMs: number): string =>
  Math.abs(offsetMs) < 2000
    ? "goes right"
    : `${lengthText(Math.abs(offsetMs))} ${offsetMs > 0 ? "ahead" : "behind"}, by the time that its pings say`;

/** Each leads to the hosts that have it. */
const Labels = ({ labels }: Pick<HostPage, "labels">) => (
  <span class={labels.length === 0 ? "quiet" : undefined}>
    {labels.length === 0 && "none"}
    {labels.map((label, place) => (
      <>
        {place > 0 && ", "}
        <a href={hostsPath({ label, presence: undefined, search: "", order: "az" })}>{label}</a>
      </>
    ))}
  </span>
);

const Facts = ({ page }: { page: HostPage }) => {
  const { host, contact, clockOffsetMs, online, late } = page;
  const { now } = usePageContext();
  return (
    <dl class="facts">
      <Fact label="Now">
        <LiveMark contact={contact} maintenance={page.maintenance !== null} />
      </Fact>
      <Fact label="Half-hour check">
        <PresenceMark presence={host.presence} />
        {host.presenceChangedAt === null ? null : (
          <span class="quiet">
            {" "}
            since <Time at={host.presenceChangedAt} />
          </span>
        )}
      </Fact>
      <Fact label="Last heard from">
        {contact.contactAt === null || contact.contactAt === 0 ? "not yet" : <Ago at={contact.contactAt} />}
      </Fact>
      <Fact label="Connection">
        <Connection sockets={contact.sockets} lostAt={page.lostAt} />
      </Fact>
      <Fact label="Slots">
        {page.inUse >= MAX_RUNNING_COUNTED ? `${MAX_RUNNING_COUNTED} or more` : page.inUse} in use
        {contact.sockets > 0 ? (
          `, ${page.freeSlots} free`
        ) : (
          <span class="quiet">; the free ones are told on a socket</span>
        )}
      </Fact>
      <Fact label="Late">
        {late.jobs === 0 || late.since === null ? (
          "no job"
        ) : (
          <>
            {late.jobs >= MAX_LATE
              ? `${MAX_LATE} jobs or more`
              : `${late.jobs} ${late.jobs === 1 ? "job" : "jobs"}`}
            , the first for <Ago at={late.since} bare />
          </>
        )}
      </Fact>
      <Fact label="Version">{host.version ?? <span class="quiet">not told</span>}</Fact>
      <Fact label="Labels">
        <Labels labels={page.labels} />
      </Fact>
      <Fact label="Frameworks">
        {[...new Set(page.agents.map(({ framework }) => framework))].join(", ") || "none yet"}
      </Fact>
      {clockOffsetMs !== null && <Fact label="Its clock">{offsetText(clockOffsetMs)}</Fact>}
      <Fact label="Last 7 days">
        <Strip spans={online} from={now - STRIP_DAYS * DAY_MS} since={host.registeredAt} scale />
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
  const path = `/console/projects/${agent.projectId}/hosts/${host}/agents/${agent.id}`;
  return (
    <tr>
      <th scope="row">
        <a href={path}>{agent.name}</a> <span class="quiet">#{agent.id}</span>
      </th>
      <td data-label="Project">{agent.projectName}</td>
      <td data-label="Framework">{agent.framework}</td>
      <td data-label="Number">{agent.clientNumber}</td>
      <td data-label="State">{agent.active ? "Active" : "Inactive"}</td>
      <td data-label="Actions">
        <AgentActions agent={agent} path={path} />
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
      <MaintenanceNotice maintenance={page.maintenance} running={page.inUse} />
      <Missed outside={page.outside} />
      <Trouble trouble={page.trouble} />
      <div class="row">
        <MaintenanceActions hostId={page.host.id} maintenance={page.maintenance} />
      </div>
      {timeline}
      <div class="columns">
        <section class="card">
          <h2>Details</h2>
          <Facts page={page} />
          <Checked at={page.checkedAt} />
        </section>
        <PresentJobs
          running={page.running}
          more={
            page.inUse > page.running.length &&
            mayDo(actor, "listJobs") && (
              <a href={`/console/jobs?host=${page.host.id}&status=RUNNING`}>All that run</a>
            )
          }
          coming={page.coming}
          none="Nothing is scheduled for its active agents."
          say={(job) =>
            page.outside && waitsOutside(page.outside, now)(job)
              ? ", outside of the window that it asks for"
              : ""
          }
        />
      </div>
      <section class="card">
        <h2>Agents</h2>
        <Agents page={page} />
      </section>
      <div class="columns">
        <LastJobs jobs={page.past} />
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
