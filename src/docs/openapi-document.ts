import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as z from "zod";

const ENTRY = `
  import { createApp } from "./src/app.ts";
  const answer = await createApp(Date.now).request("/openapi.json", {}, {});
  export const document = await answer.text();
`;

/** The text of the OpenAPI document as the service's own code makes it, here in Node. */
export const openApiText = async (): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), "muster-document-"));
  const outfile = join(directory, "document.mjs");
  try {
    await build({
      stdin: { contents: ENTRY, resolveDir: resolve(import.meta.dirname, "../.."), loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "node",
      loader: { ".css": "text" },
      logLevel: "error",
      // The service logs each request.
      drop: ["console"],
      outfile,
    });
    const made: unknown = await import(pathToFileURL(outfile).href);
    return z.looseObject({ document: z.string() }).parse(made).document;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
