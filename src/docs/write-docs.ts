import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pageOf } from "./layout.ts";
import { type RenderedPage, renderPage } from "./markdown.ts";
import { openApiText } from "./openapi-document.ts";
import { PAGE_NAMES } from "./pages.ts";
import { makeReference } from "./reference.ts";
import { searchIndexOf } from "./search-index.ts";
import { filledIn } from "./tables.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGES = join(import.meta.dirname, "pages");
/** Where the pages are served from, without the Worker. */
export const PUBLIC = join(ROOT, "src/console/public");

/** Each file of the documentation by its path under `PUBLIC`, as it is served. */
export const makeDocs = async (): Promise<Map<string, string>> => {
  const { pages: reference, addressOfOperation } = await makeReference(await openApiText());
  const pages = new Map<string, RenderedPage>();
  for (const name of PAGE_NAMES) {
    if (name === "api") continue;
    const source = filledIn(readFileSync(join(PAGES, `${name}.md`), "utf8"));
    pages.set(name, renderPage(source, addressOfOperation));
  }
  for (const [name, source] of reference) pages.set(name, renderPage(source, addressOfOperation));
  const rooms = [...reference.keys()]
    .filter((name) => name !== "api")
    .map((name) => ({ name, title: pages.get(name)?.title ?? name }));
  const files = new Map<string, string>();
  for (const [name, page] of pages)
    files.set(name === "index" ? "docs.html" : `docs/${name}.html`, await pageOf(name, page, rooms));
  return files.set("docs/search.json", searchIndexOf(pages));
};

const isGenerated = (path: string): boolean => /^console\/public\/(docs[./]|host\.mjs|cli\.mjs)/.test(path);

/** A digest of all that the documentation is made from. */
const sourcesDigest = (): string => {
  const hash = createHash("sha256");
  const paths = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(ts|tsx|md)$/.test(path) && !isGenerated(path))
    .sort();
  for (const path of ["../package.json", ...paths.map((path) => path)])
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, "src", path)))
      .update("\0");
  return hash.digest("hex");
};

const STAMP = "docs/sources.txt";

const readPublic = (path: string): string | undefined => {
  try {
    return readFileSync(join(PUBLIC, path), "utf8");
  } catch {
    return undefined;
  }
};

/** Writes the documentation, unless it was made from the present sources. The stamp is written last. */
export const writeDocs = async (): Promise<void> => {
  const digest = sourcesDigest();
  if (readPublic(STAMP) === digest) return;
  const files = await makeDocs();
  rmSync(join(PUBLIC, "docs"), { recursive: true, force: true });
  for (const [path, text] of [...files, [STAMP, digest] as const]) {
    mkdirSync(dirname(join(PUBLIC, path)), { recursive: true });
    writeFileSync(join(PUBLIC, path), text);
  }
};

if (import.meta.main) await writeDocs();
