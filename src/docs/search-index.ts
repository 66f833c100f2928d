import MiniSearch from "minisearch";
import type { RenderedPage } from "./markdown.ts";
import { addressOf } from "./pages.ts";

/** What is found: a section of a page, or a call of the reference. */
interface Entry {
  id: number;
  /** The heading of a section; of a call it is in `call`, which counts for less. */
  title: string;
  call: string;
  page: string;
  text: string;
  shown: string;
  href: string;
}

/** How the index is read and searched, by `assets/docs.js`: its file has these beside it. */
const INDEX_OPTIONS = {
  fields: ["title", "call", "page", "text"] satisfies (keyof Entry)[],
  storeFields: ["shown", "page", "href"] satisfies (keyof Entry)[],
};
const SEARCH_OPTIONS = {
  prefix: true,
  fuzzy: 0.2,
  combineWith: "AND",
  boost: { title: 6, page: 2, call: 2 },
};

/** So much of a call is searched: its beginning, which has its path, its name and its parameters. */
const CALL_CHARACTERS = 600;

/** The index of all sections with how it is searched, as JSON. */
export const searchIndexOf = (pages: ReadonlyMap<string, RenderedPage>): string => {
  const index = new MiniSearch<Entry>(INDEX_OPTIONS);
  const entries = [...pages].flatMap(([name, { title: page, sections }]) => {
    const isReference = name.startsWith("api");
    return sections
      .filter(({ depth }) => depth <= (isReference ? 2 : 3))
      .map(({ id, title, depth, text }) => ({
        title: isReference ? "" : title,
        call: isReference ? title : "",
        page,
        text: isReference ? text.slice(0, CALL_CHARACTERS) : text,
        shown: title,
        href: depth === 1 ? addressOf(name) : `${addressOf(name)}#${id}`,
      }));
  });
  index.addAll(entries.map((entry, id) => ({ id, ...entry })));
  return JSON.stringify({ indexOptions: INDEX_OPTIONS, searchOptions: SEARCH_OPTIONS, index });
};
