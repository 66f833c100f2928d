import { type Context, Hono } from "hono";
import * as z from "zod";
import { getHost } from "../access/known.ts";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { answerPage } from "../http/list-answers.ts";
import { setCancelRequested } from "../http/response-headers.ts";
import { pageQuery } from "../wire/list-pages.ts";
import { hostInput, listHosts, registerHost, retireHost, updateHost } from "./hosts.ts";
import { endMaintenance, maintenanceInput, startMaintenance } from "./maintenance.ts";
import { pingHost, pingInput } from "./ping.ts";
import { hostReadShape, hostShape, pongShape, wireHost, wireHostRead, wirePong } from "./wire.ts";

const register = endpoint({
  operation: "registerHost",
  operationId: (path) => (path.endsWith("/hosts") ? "registerHostAtHosts" : "registerHost"),
  ignoresUnknown: true,
  summary: "Register a host; one whose guid is known keeps its id",
  body: hostInput,
  answers: {
    201: { description: "The host, with its id", headers: ["Host-Token"], schema: hostShape },
    200: { description: "The host was known by its guid", schema: hostShape },
  },
});

const answerRegistered = async (c: Context<App>, input: z.output<typeof hostInput>) => {
  const { host, created, token } = await registerHost(c.get("call"), input);
  if (token !== undefined) c.header("Host-Token", token);
  return c.json(wireHost(host), created ? 201 : 200);
};

const MAINTENANCE = "/automation/hosts/:host/maintenance" as const;
const asItIs = { 200: { description: "The host as it now is", schema: hostReadShape } };

export const hostRoutes = new Hono<App>()
  .post("/automation/host", register, (c) => answerRegistered(c, c.req.valid("json")))
  .post("/automation/hosts", register, (c) => answerRegistered(c, c.req.valid("json")))
  .put(
    "/automation/hosts/:host",
    endpoint({
      operation: "updateHost",
      ignoresUnknown: true,
      summary: "Update a host",
      ids: ["host"],
      body: hostInput,
      answers: { 200: { description: "The host as it now is", schema: hostShape } },
    }),
    async (c) =>
      c.json(wireHost(await updateHost(c.get("call"), c.req.valid("param").host, c.req.valid("json")))),
  )
  .post(
    "/automation/hosts/:host/ping",
    endpoint({
      operation: "pingHost",
      ignoresUnknown: true,
      summary: "Ping: say that a host is alive",
      ids: ["host"],
      body: pingInput,
      callerHeaders: "none",
      headers: ["Jobs-Running"],
      answers: {
        200: { description: "The ping is noted", headers: ["Cancel-Requested"], schema: pongShape },
      },
    }),
    async (c) => {
      const pong = await pingHost(c.get("call"), c.req.valid("param").host, c.req.valid("json"));
      setCancelRequested(c, pong.cancelRequested);
      return c.json(wirePong(c.get("call").now));
    },
  )
  .get(
    "/automation/hosts",
    endpoint({
      operation: "listHosts",
      summary: "List the hosts",
      query: pageQuery,
      answers: { 200: { description: "A page of hosts", schema: () => z.array(hostReadShape()) } },
    }),
    async (c) => {
      const listed = await listHosts(c.get("call"), c.req.valid("query"));
      return answerPage(
        c,
        listed.next,
        listed.rows.map((host) => wireHostRead(host, c.get("call").now)),
      );
    },
  )
  .get(
    "/automation/hosts/:host",
    endpoint({
      operation: "getHost",
      summary: "Read a host with its presence",
      ids: ["host"],
      answers: { 200: { description: "The host", schema: hostReadShape } },
    }),
    async (c) => {
      const { call } = c.var;
      return c.json(wireHostRead(await getHost(call, c.req.valid("param").host), call.now));
    },
  )
  .delete(
    "/automation/hosts/:host",
    endpoint({
      operation: "retireHost",
      summary: "Retire a host; registering its guid again revives it",
      ids: ["host"],
      answers: { 200: { description: "The host as it was", schema: hostShape } },
    }),
    async (c) => c.json(wireHost(await retireHost(c.get("call"), c.req.valid("param").host))),
  )
  .put(
    MAINTENANCE,
    endpoint({
      operation: "startMaintenance",
      summary: "Put a host into maintenance: it is handed no job, and finishes what it runs",
      ids: ["host"],
      body: maintenanceInput,
      answers: asItIs,
    }),
    async (c) => {
      const { call } = c.var;
      const host = await startMaintenance(call, c.req.valid("param").host, c.req.valid("json"));
      return c.json(wireHostRead(host, call.now));
    },
  )
  .delete(
    MAINTENANCE,
    endpoint({
      operation: "endMaintenance",
      summary: "End a host's maintenance",
      ids: ["host"],
      answers: asItIs,
    }),
    async (c) => {
      const { call } = c.var;
      return c.json(wireHostRead(await endMaintenance(call, c.req.valid("param").host), call.now));
    },
  );
