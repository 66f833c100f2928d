import { Hono } from "hono";
import type { App } from "../http/app.ts";
import { endpoint } from "../http/endpoint.ts";
import { linkNext } from "../http/list-answers.ts";
import { sentBody } from "../http/sent-body.ts";
import {
  beginUpload,
  completeUpload,
  fileQuery,
  MAX_FILE_BYTES,
  partQuery,
  readFile,
  restoreFile,
  restoreFileQuery,
  restorePart,
  uploadBegin,
  uploadEnd,
} from "./backup-files.ts";
import { exportPage, exportQuery } from "./export-pages.ts";
import { beginInput, beginRestore, finishInput, finishRestore, linesQuery, restoreLines } from "./restore.ts";
import { beganShape, completedShape, partShape, restoreShape, storedShape, wireRestore } from "./wire.ts";

const JSON_LINES = "application/x-ndjson";
const BYTES = "application/octet-stream";
/** `muster restore` sends three megabytes of lines or so, and one row more. */
const MAX_LINES_BYTES = 8 * 1024 * 1024;

export const backupRoutes = new Hono<App>()
  .get(
    "/automation/export",
    endpoint({
      operation: "exportInstallation",
      summary: "Read the whole installation, page by page, as JSON lines",
      query: exportQuery,
      answers: {
        200: {
          description:
            "Lines: of a table its name and columns, then each of its rows as an array. The file is as secret as the database",
          text: JSON_LINES,
        },
      },
    }),
    async (c) => {
      const { lines, next } = await exportPage(c.get("call"), c.req.valid("query").after);
      linkNext(c, next);
      return c.body(`${lines.join("\n")}\n`, 200, { "Content-Type": `${JSON_LINES}; charset=utf-8` });
    },
  )
  .get(
    "/automation/export/file",
    endpoint({
      operation: "exportFile",
      summary: "Read a file of a run as it is stored",
      query: fileQuery,
      answers: {
        200: { description: "Its bytes from there on", headers: ["File-Bytes", "File-Etag"], text: BYTES },
      },
    }),
    async (c) => {
      const { body, bytes, etag } = await readFile(c.get("call"), c.req.valid("query"));
      c.header("File-Bytes", String(bytes));
      c.header("File-Etag", etag);
      return c.body(body, 200, { "Content-Type": BYTES });
    },
  )
  .post(
    "/automation/restore",
    endpoint({
      operation: "beginRestore",
      summary: "Begin to restore an export into an empty installation, or go on with it",
      body: beginInput,
      answers: { 200: { description: "The restore, and where to go on", schema: restoreShape } },
    }),
    async (c) => c.json(wireRestore(await beginRestore(c.get("call"), c.req.valid("json")))),
  )
  .post(
    "/automation/restore/lines",
    endpoint({
      operation: "restoreLines",
      summary: "Restore lines of an export; sent again, they change nothing",
      query: linesQuery,
      raw: {
        description: "Lines as the export has them, of a table its name and columns before its rows",
        limit: MAX_LINES_BYTES,
      },
      answers: { 200: { description: "How many bytes of lines were stored", schema: storedShape } },
    }),
    async (c) => {
      const bytes = c.get("bytes");
      await restoreLines(c.get("call"), c.req.valid("query"), bytes);
      return c.json({ bytes: bytes.byteLength });
    },
  )
  .put(
    "/automation/restore/file",
    endpoint({
      operation: "restoreFile",
      summary: "Restore a file of a run; it replaces one of the same key",
      query: restoreFileQuery,
      raw: { description: `A file, at most ${MAX_FILE_BYTES} bytes`, limit: MAX_FILE_BYTES, streamed: true },
      answers: { 200: { description: "How many bytes were stored", schema: storedShape } },
    }),
    async (c) => c.json({ bytes: await restoreFile(c.get("call"), c.req.valid("query"), sentBody(c)) }),
  )
  .post(
    "/automation/restore/uploads",
    endpoint({
      operation: "beginRestoredUpload",
      summary: "Begin to restore a file in parts",
      body: uploadBegin,
      answers: { 200: { description: "The upload", schema: beganShape } },
    }),
    async (c) => c.json({ upload: await beginUpload(c.get("call"), c.req.valid("json")) }),
  )
  .put(
    "/automation/restore/uploads",
    endpoint({
      operation: "restorePart",
      summary: "Restore a part of a file; it replaces the same part",
      query: partQuery,
      raw: {
        description: `The bytes of the part, at most ${MAX_FILE_BYTES}`,
        limit: MAX_FILE_BYTES,
        streamed: true,
      },
      answers: { 200: { description: "What the end of the upload is to name", schema: partShape } },
    }),
    async (c) => c.json({ etag: await restorePart(c.get("call"), c.req.valid("query"), sentBody(c)) }),
  )
  .post(
    "/automation/restore/uploads/complete",
    endpoint({
      operation: "completeRestoredUpload",
      summary: "Make a restored file of its parts",
      body: uploadEnd,
      answers: { 200: { description: "The file", schema: completedShape } },
    }),
    async (c) => {
      const upload = c.req.valid("json");
      await completeUpload(c.get("call"), upload);
      return c.json({ key: upload.key });
    },
  )
  .post(
    "/automation/restore/finish",
    endpoint({
      operation: "finishRestore",
      summary: "End a restore: from then on the installation works as any other",
      body: finishInput,
      answers: { 200: { description: "The restore", schema: restoreShape } },
    }),
    async (c) => c.json(wireRestore(await finishRestore(c.get("call"), c.req.valid("json").restore))),
  );
