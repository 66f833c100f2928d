import { Hono } from "hono";
import * as z from "zod";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { sentBody } from "../http/sent-body.ts";
import { streamOf } from "../http/stream-of.ts";
import { getJob } from "../jobs/jobs.ts";
import { getStoredRun } from "../results/run.ts";
import { DomainError } from "../wire/refusals.ts";
import {
  artifactQuery,
  artifactsQuery,
  dispositionOf,
  listArtifacts,
  MAX_ARTIFACT_BYTES,
  putArtifact,
  readArtifact,
  SANDBOX,
} from "./artifacts.ts";
import { followLog, getLog, logBytes, readLogQuery } from "./log-reading.ts";
import { LOG_TYPE } from "./log-storing.ts";
import { appendLog, logQuery, MAX_CHUNK_BYTES } from "./log-writing.ts";
import { partOf } from "./range.ts";
import { listReports, readReportFile } from "./reports.ts";
import { eventBytes } from "./streams.ts";
import { appendedShape, artifactShape, reportFileShape, wireArtifact, wireReportFile } from "./wire.ts";

const JOB = "/projects/:project/automation/jobs/:job";
const ATTEMPT = `${JOB}/attempts/:attempt` as const;

const offsetIn = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;

const beyondEnd = (bytes: number): DomainError =>
  new DomainError(
    "range_not_satisfiable",
    `the Range begins behind the end: there are ${bytes} bytes from there on`,
  );

export const runFileRoutes = new Hono<App>()
  .post(
    `${ATTEMPT}/log`,
    endpoint({
      operation: "appendLog",
      summary: "Append a chunk to a run's log; sending it again changes nothing",
      ids: ["project", "job", "attempt"],
      query: logQuery,
      raw: { description: `The next bytes of the log, at most ${MAX_CHUNK_BYTES}`, limit: MAX_CHUNK_BYTES },
      exists: getJob,
      answers: { 200: { description: "The offset at which the log continues", schema: appendedShape } },
    }),
    async (c) => {
      const query = c.req.valid("query");
      const next = await appendLog(c.get("call"), c.req.valid("param"), { ...query, bytes: c.get("bytes") });
      return c.json({ next_offset: next });
    },
  )
  .get(
    `${JOB}/log`,
    endpoint({
      operation: "readLog",
      summary: "Read a run's log, or follow it as it grows",
      ids: ["project", "job"],
      query: readLogQuery,
      exists: getJob,
      answers: {
        200: {
          description:
            "The log from there on; with follow=1 as server-sent events, each with its text in JSON",
          headers: ["Log-End"],
          text: true,
        },
        206: { description: "The bytes that a Range asked for", headers: ["Log-End"], text: true },
      },
    }),
    async (c) => {
      const call = c.get("call");
      const { attempt, from: start, follow } = c.req.valid("query");
      const from = (follow ? offsetIn(c.req.header("Last-Event-ID")) : undefined) ?? start;
      const log = await getLog(call, c.req.valid("param"), { attempt, from });
      c.header("Log-End", String(log.end));
      c.header("Content-Security-Policy", SANDBOX);
      if (follow) {
        let isWanted = true;
        const events = followLog(call, log, { from, isWanted: () => isWanted });
        const stream = streamOf(eventBytes(events), () => {
          isWanted = false;
        });
        return c.body(stream, 200, { "Content-Type": "text/event-stream" });
      }
      c.header("Content-Type", LOG_TYPE);
      const left = Math.max(0, log.end - from);
      const part = partOf(c.req.header("Range"), left);
      if (part === "none") {
        c.header("Content-Range", `bytes */${left}`);
        throw beyondEnd(left);
      }
      if (part === undefined || part.until - part.from === left)
        return c.body(streamOf(logBytes(call, log, { from: Math.min(from, log.end), until: log.end })));
      const bytes = { from: from + part.from, until: from + part.until };
      c.header("Content-Range", `bytes ${part.from}-${part.until - 1}/${left}`);
      return c.body(streamOf(logBytes(call, log, bytes)), 206);
    },
  )
  .put(
    `${ATTEMPT}/artifacts/:path{.+}`,
    endpoint({
      operation: "sendArtifact",
      summary: "Store a file that a run left; it replaces one of the same path",
      ids: ["project", "job", "attempt"],
      query: artifactQuery,
      raw: {
        description: `A file, at most ${MAX_ARTIFACT_BYTES} bytes`,
        limit: MAX_ARTIFACT_BYTES,
        streamed: true,
      },
      exists: getJob,
      answers: { 200: { description: "The stored file", schema: artifactShape } },
    }),
    async (c) => {
      const sent = {
        ...sentBody(c),
        leaseId: c.req.valid("query").lease_id,
        contentType: c.req.header("Content-Type"),
      };
      const path = { ...c.req.valid("param"), path: c.req.param("path") };
      const file = await putArtifact(c.get("call"), path, sent);
      return c.json(wireArtifact(file));
    },
  )
  .get(
    `${JOB}/artifacts`,
    endpoint({
      operation: "listArtifacts",
      summary: "List the files that a run left",
      ids: ["project", "job"],
      query: artifactsQuery,
      exists: getJob,
      answers: { 200: { description: "The files, by their paths", schema: () => z.array(artifactShape()) } },
    }),
    async (c) => {
      const { attempt } = c.req.valid("query");
      const files = await listArtifacts(c.get("call"), c.req.valid("param"), attempt);
      return c.json(files.map(wireArtifact));
    },
  )
  .get(
    `${JOB}/artifacts/:path{.+}`,
    endpoint({
      operation: "getArtifact",
      summary: "Read a file that a run left",
      ids: ["project", "job"],
      query: artifactsQuery,
      exists: getJob,
      answers: { 200: { description: "The file", text: true } },
    }),
    async (c) => {
      const place = { ...c.req.valid("param"), path: c.req.param("path") };
      const { file, body } = await readArtifact(c.get("call"), place, c.req.valid("query").attempt);
      c.header("Content-Disposition", dispositionOf(file));
      c.header("Content-Security-Policy", SANDBOX);
      return c.body(body, 200, { "Content-Type": file.contentType });
    },
  )
  .get(
    `${JOB}/reports`,
    endpoint({
      operation: "listReports",
      summary: "List the reports of a run that were sent as files",
      ids: ["project", "job"],
      query: artifactsQuery,
      exists: (call, ids) => getStoredRun(call, ids),
      answers: {
        200: { description: "The reports, by their names", schema: () => z.array(reportFileShape()) },
      },
    }),
    async (c) => {
      const { attempt } = c.req.valid("query");
      const files = await listReports(c.get("call"), c.req.valid("param"), attempt);
      return c.json(files.map(wireReportFile));
    },
  )
  .get(
    `${JOB}/reports/:name`,
    endpoint({
      operation: "getReport",
      summary: "Read a report as it was sent",
      ids: ["project", "job"],
      query: artifactsQuery,
      exists: (call, ids) => getStoredRun(call, ids),
      answers: { 200: { description: "The file, decompressed, for saving", text: true } },
    }),
    async (c) => {
      const place = { ...c.req.valid("param"), name: c.req.param("name") };
      const { file, body } = await readReportFile(c.get("call"), place, c.req.valid("query").attempt);
      c.header("Content-Disposition", dispositionOf(file, true));
      c.header("Content-Security-Policy", SANDBOX);
      return c.body(body, 200, { "Content-Type": file.contentType });
    },
  );
