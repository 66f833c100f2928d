import { mayDo } from "../../access/permissions.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { type ChipFacts, Chips } from "../lists/chips.tsx";
import { usePageContext } from "../page-context.ts";
import { Checked } from "../parts/checked.tsx";
import { Live } from "../parts/frame.tsx";
import { Empty, jobPath } from "../parts/job.tsx";
import { Strip } from "../parts/strip.tsx";
import { Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { LiveMark } from "./liveness.tsx";
import { MAX_RUNNING_COUNTED } from "./running-store.ts";
import { type HostFilter, MAX_LATE } from "./store.ts";
import { type ListedHost, type listHosts, STRIP_DAYS } from "./view.ts";

const MAX_FRAMEWORKS = 2;
/** No column is as wide as this. */
const MAX_SHOWN = 40;

const shortened = (text: string): string =>
  text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;

const Row = ({ host }: { host: ListedHost }) => {
  const { now } = usePageContext();
  const { name, version, contact, maintenance, agents, late } = host;
  const said = host.labels.join(", ");
  const hidden = agents.frameworks.length > MAX_FRAMEWORKS ? agents.frameworks.join(", ") : undefined;
  return (
    <tr>
      <th scope="row">
        <a href={`/console/hosts/${host.id}`} title={version === null ? name : `${name}, ${version}`}>
          {name}
        </a>{" "}
        {said !== "" && <small title={said}>{shortened(said)}</small>}
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
      <td data-label="Active agents" title={hidden}>
        {agents.all === 0 ? "none" : `${agents.active} of ${agents.all}`}{" "}
        <span class="quiet">{agents.frameworks.slice(0, MAX_FRAMEWORKS).join(", ")}</span>
      </td>
      <td data-label="Late">
        {late.jobs === 0 || late.since === null ? (
          <span class="quiet">none</span>
        ) : (
          <span class="late">
            {late.jobs >= MAX_LATE ? `${MAX_LATE} or more` : late.jobs}, <Ago at={late.since} bare />
          </span>
        )}
      </td>
      <td data-label="Runs now">
        {host.inUse === 0 ? <span class="quiet">nothing</span> : null}
        {host.running.map((job) => (
          <a href={jobPath(job.projectId, job.id)}>
            {job.scheduleName} <span class="quiet">#{job.id}</span>
          </a>
        ))}
        {host.inUse > 1 && (
          <span class="quiet">
            {" "}
            and {host.inUse >= MAX_RUNNING_COUNTED && "at least "}
            {host.inUse - 1} more
          </span>
        )}
        {contact.sockets > 0 && (
          <span class="quiet">
            , {contact.freeSlots} {contact.freeSlots === 1 ? "slot" : "slots"} free
          </span>
        )}
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

/** What an address of the list says, but for the place in it. */
export type HostListFilter = Pick<HostFilter, "presence" | "label" | "search" | "order">;

const queryOf = (
  { presence, label, search, order }: HostListFilter,
  more: Record<string, string> = {},
): string => {
  const query = new URLSearchParams({
    ...(presence ? { presence } : {}),
    ...(label ? { label } : {}),
    ...(search ? { q: search } : {}),
    ...(order === "za" ? { order } : {}),
    ...more,
  });
  return query.size === 0 ? "" : `?${query}`;
};

/** The address of the list; `after` is the last host of the page before. */
export const hostsPath = (filter: HostListFilter, after?: { name: string; id: number }): string =>
  `/console/hosts${queryOf(filter, after && { name: after.name, after: String(after.id) })}`;

/** The address of the list's counts. */
export const countsPath = (filter: HostListFilter): string => `/console/hosts/counts${queryOf(filter)}`;

const chipsOf = (filter: HostListFilter): ChipFacts[] => [
  ...(filter.search === ""
    ? []
    : [{ label: `Search: ${filter.search}`, without: hostsPath({ ...filter, search: "" }) }]),
  ...(filter.presence === undefined
    ? []
    : [{ label: `Status: ${filter.presence}`, without: hostsPath({ ...filter, presence: undefined }) }]),
  ...(filter.label === undefined
    ? []
    : [{ label: `Label: ${filter.label}`, without: hostsPath({ ...filter, label: undefined }) }]),
];

/** A page of hosts by name. */
export const HostList = ({
  list,
  filter,
  isFirst,
}: {
  list: Awaited<ReturnType<typeof listHosts>>;
  filter: HostListFilter;
  isFirst: boolean;
}) => {
  const { presence, label, search, order } = filter;
  const { actor } = usePageContext();
  const isFiltered = chipsOf(filter).length > 0;
  return (
    <>
      <search>
        <form class="filters" method="get" aria-label="Hosts">
          <label for="q">Name</label>
          <input type="search" id="q" name="q" value={search} placeholder="or #id" />
          <label for="presence">Half-hour check</label>
          <select id="presence" name="presence">
            <option value="">Any</option>
            <option selected={presence === "Online"}>Online</option>
            <option selected={presence === "Offline"}>Offline</option>
          </select>
          <label for="label">Label</label>
          <input id="label" name="label" value={label} size={10} maxlength={40} />
          <button type="submit">Show</button>
          {order === "za" && <input type="hidden" name="order" value="za" />}
          <Chips chips={chipsOf(filter)} clear="/console/hosts" />
          <script src="/assets/lists.js" type="module"></script>
        </form>
      </search>
      <Live>
        <Checked at={list.checkedAt} />
        {list.rows.length > 0 ? (
          <Table
            caption="Hosts"
            heads={[...["Host", "Now", "Check", "Active agents", "Late", "Runs now", "Next"], "Last 7 days"]}
            dense
            sorts={{
              Host: {
                now: order === "az" ? "ascending" : "descending",
                href: hostsPath({ ...filter, order: order === "az" ? "za" : "az" }),
              },
            }}
          >
            {list.rows.map((host) => (
              <Row host={host} />
            ))}
          </Table>
        ) : isFiltered || !isFirst ? (
          <Empty title="No host here matches">
            <p>
              {list.next ? "There are more hosts to look through." : "Try another name, status or label."}
            </p>
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
          {isFirst ? null : <a href={hostsPath(filter)}>First page</a>}
          {list.next ? <a href={hostsPath(filter, list.next)}>Next page</a> : null}
        </nav>
      </Live>
    </>
  );
};
