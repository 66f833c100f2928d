import { Hono } from "hono";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { sentBody } from "../http/sent-body.ts";
import { getJob } from "../jobs/jobs.ts";
import { artifactQuery } from "./artifacts.ts";
import { completeUpload, createUpload, dropUpload, MAX_PART_BYTES, putPart, uploadInput } from "./uploads.ts";
import { artifactShape, uploadShape, wireArtifact, wireUpload } from "./wire.ts";

const UPLOADS = "/projects/:project/automation/jobs/:job/attempts/:attempt/uploads";
const UPLOAD = `${UPLOADS}/:upload` as const;

/** What the calls that end an upload are given. */
const ofUpload = {
  ids: ["project", "job", "attempt", "upload"],
  query: artifactQuery,
  exists: getJob,
} as const;

export const uploadRoutes = new Hono<App>()
  .post(
    UPLOADS,
    endpoint({
      operation: "createUpload",
      summary: "Begin to store a file in parts, or go on with it",
      ids: ["project", "job", "attempt"],
      query: artifactQuery,
      body: uploadInput,
      exists: getJob,
      answers: {
        200: {
          description: "The upload that was begun of this file, and its missing parts",
          schema: uploadShape,
        },
        201: { description: "The new upload", schema: uploadShape },
      },
    }),
    async (c) => {
      const input = { ...c.req.valid("json"), leaseId: c.req.valid("query").lease_id };
      const { upload, isNew } = await createUpload(c.get("call"), c.req.valid("param"), input);
      return c.json(wireUpload(upload), isNew ? 201 : 200);
    },
  )
  .put(
    `${UPLOAD}/parts/:part`,
    endpoint({
      operation: "sendPart",
      summary: "Store a part of a file; it replaces the same part",
      ids: ["project", "job", "attempt", "upload", "part"],
      query: artifactQuery,
      raw: {
        description: `The bytes of the part, at most ${MAX_PART_BYTES}`,
        limit: MAX_PART_BYTES,
        streamed: true,
      },
      exists: getJob,
      answers: { 200: { description: "The upload, and its missing parts", schema: uploadShape } },
    }),
    async (c) => {
      const part = { ...sentBody(c), leaseId: c.req.valid("query").lease_id };
      return c.json(wireUpload(await putPart(c.get("call"), c.req.valid("param"), part)));
    },
  )
  .post(
    `${UPLOAD}/complete`,
    endpoint({
      operation: "completeUpload",
      summary: "Store a file whose parts are all sent; it replaces one of the same path",
      ...ofUpload,
      answers: { 200: { description: "The stored file", schema: artifactShape } },
    }),
    async (c) => {
      const { lease_id } = c.req.valid("query");
      return c.json(wireArtifact(await completeUpload(c.get("call"), c.req.valid("param"), lease_id)));
    },
  )
  .delete(
    UPLOAD,
    endpoint({
      operation: "dropUpload",
      summary: "Give up storing a file in parts",
      ...ofUpload,
      answers: { 200: { description: "The upload as it was", schema: uploadShape } },
    }),
    async (c) => {
      const { lease_id } = c.req.valid("query");
      return c.json(wireUpload(await dropUpload(c.get("call"), c.req.valid("param"), lease_id)));
    },
  );
