import { mayDo } from "../../access/permissions.ts";
import type { Presence } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { usePageContext } from "../page-context.ts";
import { Checked } from "../parts/checked.tsx";
import { Live } from "../parts/frame.tsx";
import { Empty, jobPath } from "../parts/job.tsx";
import { Strip } from "../parts/strip.tsx";
import { Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { LiveMark } from "./liveness.tsx";
import { MAX_OVERDUE } from "./store.ts";
import { type ListedHost, type listHosts, STRIP_DAYS } from "./view.ts";

const Row = ({ host }: { host: ListedHost }) => {
  const { now } = usePageContext();
  const { contact, maintenance, agents, overdue } = host;
  return (
    <tr>
      <th scope="row">
        <a href={`/console/hosts/${host.id}`} title={host.name}>
          {host.name}
        </a>
      </th>
      <td data-label="Now">
        <LiveMark contact={contact} maintenance={maintenance !== null} />
        {maintenance !== null && (
          <span class="quiet" title={maintenance.note}>
            {" "}
            {maintenance.note}
          </span>
        )}
      </td>
      <td data-label="Half-hour check">{host.presence}</td>
      <td data-label="Active agents" title={agents.frameworks.join(", ")}>
        {agents.all === 0 ? "none" : `${agents.active} of ${agents.all}`}{" "}
        <span class="quiet">{agents.frameworks.slice(0, 2).join(", ")}</span>
      </td>
      <td data-label="Overdue">
        {overdue.jobs === 0 || overdue.since === null ? (
          <span class="quiet">none</span>
        ) : (
          <span class="late">
            {overdue.jobs >= MAX_OVERDUE ? `${MAX_OVERDUE} or more` : overdue.jobs},{" "}
            <Ago at={overdue.since} bare />
          </span>
        )}
      </td>
      <td data-label="Runs now">
        {host.running.length === 0 ? <span class="quiet">nothing</span> : null}
        {host.running.map((job) => (
          <a class="block" href={jobPath(job.projectId, job.id)}>
            {job.scheduleName} <span class="quiet">#{job.id}</span>
          </a>
        ))}
      </td>
      <td data-label="Next">
        {host.next === null ? (
          <span class="quiet">nothing</span>
        ) : (
          <>
            <a href={jobPath(host.next.projectId, host.next.id)}>{host.next.scheduleName}</a>{" "}
            <Ago at={host.next.scheduledAt} />
          </>
        )}
      </td>
      <td data-label="Last 7 days">
        <Strip spans={host.online} from={now - STRIP_DAYS * DAY_MS} since={host.registeredAt} />
      </td>
    </tr>
  );
};

const nextPage = (
  { name, id }: { name: string; id: number },
  presence: Presence | undefined,
  search: string,
): string =>
  `/console/hosts?${new URLSearchParams({
    ...(presence ? { presence } : {}),
    ...(search ? { q: search } : {}),
    name,
    after: String(id),
  })}`;

/** A page of hosts by name. */
export const HostList = ({
  list,
  presence,
  search,
  isFirst,
}: {
  list: Awaited<ReturnType<typeof listHosts>>;
  presence: Presence | undefined;
  search: string;
  isFirst: boolean;
}) => {
  const { actor } = usePageContext();
  const isFiltered = presence !== undefined || search !== "";
  return (
    <>
      <search>
        <form class="filters" method="get" aria-label="Hosts">
          <label for="q">Name</label>
          <input type="search" id="q" name="q" value={search} />
          <label for="presence">Half-hour check</label>
          <select id="presence" name="presence">
            <option value="">Any</option>
            <option selected={presence === "Online"}>Online</option>
            <option selected={presence === "Offline"}>Offline</option>
          </select>
          <button type="submit">Show</button>
          {isFiltered ? (
            <a class="button plain" href="/console/hosts">
              Show all
            </a>
          ) : null}
        </form>
      </search>
      <Live>
        <Checked at={list.checkedAt} />
        {list.rows.length > 0 ? (
          <Table
            caption="Hosts"
            heads={[
              ...["Host", "Now", "Half-hour check", "Active agents", "Overdue", "Runs now", "Next"],
              "Last 7 days",
            ]}
            dense
          >
            {list.rows.map((host) => (
              <Row host={host} />
            ))}
          </Table>
        ) : isFiltered || !isFirst ? (
          <Empty title="No host here matches">
            <p>{list.next ? "There are more hosts to look through." : "Try another name or status."}</p>
          </Empty>
        ) : (
          <Empty title="No host yet">
            <p>
              A host registers itself with a token.{" "}
              {mayDo(actor, "createToken") ? (
                <a href="/console/start">Bring the first one in</a>
              ) : (
                "Ask an admin for one."
              )}
            </p>
          </Empty>
        )}
        <nav class="pager" aria-label="Pages">
          {isFirst ? null : <a href="/console/hosts">First page</a>}
          {list.next ? <a href={nextPage(list.next, presence, search)}>Next page</a> : null}
        </nav>
      </Live>
    </>
  );
};
