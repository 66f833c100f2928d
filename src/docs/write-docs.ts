import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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

/** What is shown, with the status 404, where no page of the documentation is. */
const NOT_FOUND = `# There is no such page

The menu has all pages, and the search finds what they say. [Overview](index.md)
`;

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
  pages.set("404", renderPage(NOT_FOUND, addressOfOperation));
  const rooms = [...reference.keys()]
    .filter((name) => name !== "api")
    .map((name) => ({ name, title: pages.get(name)?.title ?? name }));
  const files = new Map<string, string>();
  for (const [name, page] of pages)
    files.set(name === "index" ? "docs.html" : `docs/${name}.html`, await pageOf(name, page, rooms));
  pages.delete("404");
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
  for (const path of ["../package.json", ...paths])
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

/** Writes a file if it differs, at once: another process may write or serve the same one. */
const writePublic = (path: string, text: string): void => {
  if (readPublic(path) === text) return;
  const [file, part] = [join(PUBLIC, path), join(PUBLIC, `${path}.${process.pid}`)];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(part, text);
  renameSync(part, file);
};

/** Writes the documentation, unless it was made from the present sources. The stamp is written last. */
export const writeDocs = async (): Promise<void> => {
  const digest = sourcesDigest();
  if (readPublic(STAMP) === digest) return;
  const files = await makeDocs();
  for (const [path, text] of files) writePublic(path, text);
  for (const path of readdirSync(join(PUBLIC, "docs"), { recursive: true, encoding: "utf8" }))
    if (path.endsWith(".html") && !files.has(`docs/${path.replaceAll("\\", "/")}`))
      rmSync(join(PUBLIC, "docs", path), { force: true });
  writePublic(STAMP, digest);
};

if (import.meta.main) await writeDocs();
