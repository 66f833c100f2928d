import { type Actor, mayDo } from "../../access/permissions.ts";
import { presenceText } from "../hosts/liveness.tsx";
import { type ChipFacts, Chips } from "../lists/chips.tsx";
import { filterText, type Unresolved } from "../lists/named-filter.ts";
import { UnresolvedNames } from "../lists/unresolved.tsx";
import { usePageContext } from "../page-context.ts";
import { Live } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty } from "../parts/job.tsx";
import { ProjectFilter } from "../parts/project-choice.tsx";
import { Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { Pick, PickAll, PickedBar } from "../picked/bar.tsx";
import { type AgentListing, type AgentsAddress, agentPath } from "./view.ts";

type Filter = Partial<Record<keyof AgentsAddress, string | number | undefined>>;

const agentsPath = (filter: Filter): string => {
  const given = Object.entries(filter).filter(
    ([name, value]) => value !== undefined && value !== "" && !(name === "order" && value === "newest"),
  );
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return `/console/agents${query.size > 0 ? `?${query}` : ""}`;
};

const STATES = { active: "Active", inactive: "Inactive" } as const;

const chipsOf = (filter: AgentsAddress, { projects, hostName }: AgentListing): ChipFacts[] => {
  const project = projects.find(({ id }) => id === filter.project)?.name;
  const said: [name: keyof AgentsAddress, value: unknown, label: string][] = [
    ["project", filter.project, `Project: ${project ?? `#${filter.project}`}`],
    ["host", filter.host, `Host: ${hostName ?? `#${filter.host}`}`],
    ["q", filter.q, `Search: ${filter.q}`],
    ["state", filter.state, `State: ${filter.state === undefined ? "" : STATES[filter.state]}`],
  ];
  return said
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, , label]) => ({
      label,
      without: agentsPath({ ...filter, [name]: undefined, after: undefined }),
    }));
};

interface ListParts {
  list: AgentListing;
  filter: AgentsAddress;
  unresolved: readonly Unresolved[];
}

const Filters = ({ filter, list, unresolved }: ListParts) => (
  <search>
    <form class="filters" method="get" aria-label="Agents">
      <ProjectFilter projects={list.projects} selected={filter.project} />
      <label for="q">Search</label>
      <input type="search" id="q" name="q" value={filter.q} placeholder="Name or #id" />
      <label for="host">Host</label>
      <input id="host" name="host" value={filterText(filter.host, list.hostName)} />
      <label for="state">State</label>
      <select id="state" name="state">
        <option value="">Any</option>
        {(["active", "inactive"] as const).map((state) => (
          <option value={state} selected={filter.state === state}>
            {STATES[state]}
          </option>
        ))}
      </select>
      <button type="submit">Show</button>
      <Chips chips={chipsOf(filter, list)} clear={agentsPath({})} />
      <UnresolvedNames unresolved={unresolved} />
      <script src="/assets/lists.js" type="module"></script>
    </form>
  </search>
);

const Row = ({ agent, isPickable }: { agent: AgentListing["rows"][number]; isPickable: boolean }) => {
  const path = agentPath({ project: agent.projectId, host: agent.hostId, agent: agent.id });
  return (
    <tr>
      {isPickable && <Pick of={{ project: agent.projectId, id: agent.id }} label={agent.name} />}
      <th scope="row">
        <a href={path} title={agent.name}>
          {agent.name} <span class="quiet">#{agent.id}</span>
        </a>
      </th>
      <td data-label="State">
        <span class={`mark ${agent.active === 1 ? "online" : ""}`}>
          <Icon name={agent.active === 1 ? "completed" : "paused"} />
          {agent.active === 1 ? STATES.active : STATES.inactive}
        </span>
        {agent.inactiveSince !== null && (
          <span class="quiet block">
            <Ago at={agent.inactiveSince} />
          </span>
        )}
      </td>
      <td data-label="Framework">{agent.framework}</td>
      <td data-label="Host">
        <a href={`/console/hosts/${agent.hostId}`} title={agent.hostName}>
          {agent.hostName}
        </a>
        <span class="quiet block">{presenceText(agent, usePageContext())}</span>
      </td>
      <td data-label="Project">{agent.projectName}</td>
    </tr>
  );
};

/** What those who see the list may do to many agents at once. */
const actionsOf = (actor: Actor) => [
  ...(mayDo(actor, "activateAgent") ? ([["/console/agents/picked/activate", "Activate"]] as const) : []),
  ...(mayDo(actor, "deactivateAgent")
    ? ([["/console/agents/picked/deactivate", "Deactivate"]] as const)
    : []),
];

/** A page of agents, newest first unless asked otherwise. */
export const AgentList = ({ list, filter, unresolved }: ListParts) => {
  const actions = actionsOf(usePageContext().actor);
  const isNewest = filter.order === "newest";
  const isFiltered = chipsOf(filter, list).length > 0;
  return (
    <>
      <Filters filter={filter} list={list} unresolved={unresolved} />
      <Live>
        {list.rows.length > 0 ? (
          <Table
            caption="Agents"
            heads={["Agent", "State", "Framework", "Host", "Project"]}
            dense
            sorts={{
              Agent: {
                by: "when it was made",
                now: isNewest ? "descending" : "ascending",
                href: agentsPath({ ...filter, order: isNewest ? "oldest" : "newest", after: undefined }),
              },
            }}
            before={actions.length > 0 && <PickAll />}
          >
            {list.rows.map((agent) => (
              <Row agent={agent} isPickable={actions.length > 0} />
            ))}
          </Table>
        ) : list.next !== undefined ? (
          <Empty title="None among the agents looked through so far">
            <p>There are more: look further.</p>
          </Empty>
        ) : (
          <Empty title={isFiltered ? "No agent here matches" : "No agent yet"}>
            <p>{isFiltered ? "Try another filter." : "A host brings its agents itself once it is there."}</p>
          </Empty>
        )}
        <nav class="pager" aria-label="Pages">
          {filter.after === undefined ? null : (
            <a href={agentsPath({ ...filter, after: undefined })}>First page</a>
          )}
          {list.next === undefined ? null : (
            <a href={agentsPath({ ...filter, after: list.next })}>
              {isNewest ? "Older agents" : "Newer agents"}
            </a>
          )}
        </nav>
      </Live>
      {actions.length > 0 && list.rows.length > 0 && (
        <PickedBar actions={actions} back={agentsPath(filter)} />
      )}
    </>
  );
};
