import { type Context, Hono } from "hono";
import { deleteAgent, setAgentActive, updateAgent } from "../../agents/agents.ts";
import { agentUpdateInput } from "../../agents/input.ts";
import { PRESENCES, type Presence } from "../../database/enums.ts";
import { retireHost } from "../../hosts/hosts.ts";
import { endMaintenance, maintenanceInput, startMaintenance } from "../../hosts/maintenance.ts";
import type { App } from "../../http/app.ts";
import { LABEL } from "../../wire/labels.ts";
import { formatWireTime } from "../../wire/times.ts";
import { attempt, readAs, textIn } from "../form-input.ts";
import { CountsPlace } from "../lists/counts.tsx";
import { idIn } from "../lists/id-search.ts";
import { action, page } from "../page-guards.ts";
import { redirectTo, show } from "../show-page.tsx";
import { EmbeddedTimeline } from "../timeline/embedded.tsx";
import { placeOn } from "../timeline/page-lanes.ts";
import { windowAddress, windowOf } from "../timeline/window.ts";
import { AgentForm, agentDigest, agentFormInput } from "./agent-form.tsx";
import { AgentDetails } from "./agent-page.tsx";
import { readAgent, readEdited } from "./agent-view.ts";
import { HostCounts } from "./counts.tsx";
import { HostDetails } from "./details.tsx";
import { countsPath, HostList } from "./list.tsx";
import { untilIn } from "./maintenance.tsx";
import { countHosts, listHosts, readHost } from "./view.ts";

const isPresence = (text: string): text is Presence => PRESENCES.some((presence) => presence === text);

/** The filter of an address of the list; what is invalid is ignored. */
const filterIn = ({ presence = "", label = "", q = "", order }: Record<string, string>) => ({
  presence: isPresence(presence) ? presence : undefined,
  label: LABEL.test(label.trim()) ? label.trim() : undefined,
  search: q.trim().replace(/^#(?=\d+$)/, ""),
  id: idIn(q.trim()),
  order: order === "za" ? ("za" as const) : ("az" as const),
});

const hostPath = (host: number): string => `/console/hosts/${host}`;
const AGENT = "/projects/:project/hosts/:host/agents/:agent" as const;
const agentPath = ({ project, host, agent }: { project: number; host: number; agent: number }): string =>
  `/console/projects/${project}/hosts/${host}/agents/${agent}`;
const AGENT_IDS = ["project", "host", "agent"] as const;

const showAgentForm = async (
  c: Context<App>,
  { hostName, ...form }: Omit<Parameters<typeof AgentForm>[0], "seen"> & { hostName: string },
  status: 200 | 400 | 409 | 413,
) => {
  const seen = await agentDigest(form.agent);
  const { id, hostId: host, projectId: project, name } = form.agent;
  const above = [
    { path: hostPath(host), label: hostName },
    { path: agentPath({ project, host, agent: id }), label: name },
  ];
  return show(
    c,
    { title: `Edit ${name}`, crumb: "Edit", here: "/console/hosts", above, status },
    <AgentForm {...form} seen={seen} />,
  );
};

export const hostPages = new Hono<App>()
  .get("/hosts", page("listHosts"), async (c) => {
    const { name, after } = c.req.query();
    const filter = {
      ...filterIn(c.req.query()),
      after: name !== undefined && after !== undefined ? { name, id: Number(after) || 0 } : undefined,
    };
    const list = await listHosts(c.get("call"), filter);
    return show(
      c,
      {
        title: "Hosts",
        here: "/console/hosts",
        sheet: ["lists", "hosts"],
        heading: (
          <>
            <h1>Hosts</h1>
            <CountsPlace address={countsPath(filter)} />
          </>
        ),
      },
      <HostList list={list} filter={filter} isFirst={filter.after === undefined} />,
    );
  })
  .get("/hosts/counts", page("listHosts"), async (c) => {
    const filter = filterIn(c.req.query());
    const counts = await countHosts(c.get("call"), { ...filter, presence: undefined, after: undefined });
    return show(
      c,
      { title: "Hosts by status", here: "/console/hosts", sheet: "lists" },
      <HostCounts counts={counts} filter={filter} />,
    );
  })
  .get("/hosts/:host", page("getHost", ["host"]), async (c) => {
    const { call } = c.var;
    const id = c.req.valid("param").host;
    const place = placeOn(hostPath(id), "24h", readAs(windowAddress, c.req.query()));
    const window = windowOf(place, call);
    const host = await readHost(call, id, window);
    return show(
      c,
      { title: host.host.name, here: "/console/hosts", sheet: ["timeline", "hosts"] },
      <HostDetails
        page={host}
        timeline={<EmbeddedTimeline {...host.timeline} window={window} place={place} />}
      />,
    );
  })
  .post("/hosts/:host/retire", action("retireHost", ["host"]), async (c) => {
    await retireHost(c.get("call"), c.req.valid("param").host);
    return redirectTo(c, "/console/hosts", "host-retired");
  })
  .post(`${AGENT}/activate`, action("activateAgent", AGENT_IDS), async (c) => {
    const path = c.req.valid("param");
    await setAgentActive(c.get("call"), path, true);
    return redirectTo(c, hostPath(path.host), "agent-activated");
  })
  .post(`${AGENT}/deactivate`, action("deactivateAgent", AGENT_IDS), async (c) => {
    const path = c.req.valid("param");
    await setAgentActive(c.get("call"), path, false);
    return redirectTo(c, hostPath(path.host), "agent-deactivated");
  })
  .post(`${AGENT}/remove`, action("deleteAgent", AGENT_IDS), async (c) => {
    const path = c.req.valid("param");
    await deleteAgent(c.get("call"), path);
    return redirectTo(c, hostPath(path.host), "agent-removed");
  })
  .post("/hosts/:host/maintenance", action("startMaintenance", ["host"]), async (c) => {
    const { call, formInput, pageContext } = c.var;
    const { host } = c.req.valid("param");
    const until = formInput.get("until");
    const at = untilIn({ until, ends: formInput.get("ends") }, pageContext.zone);
    const input = {
      note: formInput.get("note"),
      until: at === undefined ? textIn(until) : formatWireTime(at),
    };
    await startMaintenance(call, host, readAs(maintenanceInput, input));
    return redirectTo(c, hostPath(host), "maintenance-began");
  })
  .post("/hosts/:host/maintenance/end", action("endMaintenance", ["host"]), async (c) => {
    const { host } = c.req.valid("param");
    await endMaintenance(c.get("call"), host);
    return redirectTo(c, hostPath(host), "maintenance-ended");
  })
  .get(AGENT, page("listAgents", AGENT_IDS), async (c) => {
    const { call } = c.var;
    const ids = c.req.valid("param");
    const path = agentPath(ids);
    const place = placeOn(path, "7d", readAs(windowAddress, c.req.query()));
    const window = windowOf(place, call);
    const found = await readAgent(call, ids, window);
    const timeline = <EmbeddedTimeline {...found.timeline} window={window} place={place} />;
    return show(
      c,
      {
        ...{ title: found.agent.name, here: "/console/hosts", sheet: "timeline" },
        above: [{ path: hostPath(ids.host), label: found.host.name }],
      },
      <AgentDetails page={found} path={path} timeline={timeline} />,
    );
  })
  .get(`${AGENT}/edit`, page("updateAgent", AGENT_IDS), async (c) => {
    const { agent, hostName } = await readEdited(c.get("call"), c.req.valid("param"));
    return showAgentForm(
      c,
      { agent, hostName, formInput: agentFormInput(agent), wrong: [], changed: false },
      200,
    );
  })
  .post(`${AGENT}/edit`, action("updateAgent", AGENT_IDS), async (c) => {
    const { call, formInput } = c.var;
    const path = c.req.valid("param");
    const { agent, hostName } = await readEdited(call, path);
    if (formInput.get("seen") !== (await agentDigest(agent))) {
      return showAgentForm(c, { agent, hostName, formInput, wrong: [], changed: true }, 409);
    }
    const tried = await attempt(async () => {
      const input = {
        name: formInput.get("name"),
        framework: formInput.get("framework"),
        framework_id: textIn(formInput.get("framework_id")),
        agent_client_id: textIn(formInput.get("agent_client_id")),
        active: formInput.get("active") === "true",
      };
      await updateAgent(call, path, readAs(agentUpdateInput, input));
    });
    if (tried.done) return redirectTo(c, agentPath(path), "agent-saved");
    return showAgentForm(c, { agent, hostName, formInput, wrong: tried.wrong, changed: false }, tried.status);
  });
