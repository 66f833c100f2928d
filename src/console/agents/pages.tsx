import { Hono } from "hono";
import type { App } from "../../http/app.ts";
import { readAs } from "../form-input.ts";
import { resolveNames } from "../lists/named-filter.ts";
import { page } from "../page-guards.ts";
import { show } from "../show-page.tsx";
import { AgentList } from "./list.tsx";
import { agentsAddress, listAgents } from "./view.ts";

export const agentPages = new Hono<App>().get("/agents", page("listAgents"), async (c) => {
  const filter = readAs(agentsAddress, c.req.query());
  const { address, unresolved } = await resolveNames(c.get("call"), {
    url: c.req.url,
    kinds: { host: "host" },
  });
  if (address !== undefined) return c.redirect(address);
  const list = await listAgents(c.get("call"), filter);
  return show(
    c,
    { title: "Agents", here: "/console/agents", sheet: "lists" },
    <AgentList list={list} filter={filter} unresolved={unresolved} />,
  );
});
