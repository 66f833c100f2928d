import MiniSearch from "minisearch";
import type { RenderedPage } from "./markdown.ts";
import { addressOf } from "./pages.ts";

/** What is found: a section of a page. `assets/docs.js` shows it. */
interface Found {
  id: number;
  title: string;
  page: string;
  href: string;
  text: string;
}

/** The options with which the index is made; `assets/docs.js` reads it with the same. */
export const SEARCH_OPTIONS = { fields: ["title", "page", "text"], storeFields: ["title", "page", "href"] };

/** So much of a call's description is searched: its beginning, which has the path, the name and the parameters. */
const REFERENCE_CHARACTERS = 600;

/** The index of all sections, as JSON. */
export const searchIndexOf = (pages: ReadonlyMap<string, RenderedPage>): string => {
  const index = new MiniSearch<Found>(SEARCH_OPTIONS);
  const found = [...pages].flatMap(([name, { title: page, sections }]) => {
    const isReference = name.startsWith("api");
    return sections
      .filter(({ depth }) => depth <= (isReference ? 2 : 3))
      .map(({ id, title, depth, text }) => ({
        title,
        page,
        href: depth === 1 ? addressOf(name) : `${addressOf(name)}#${id}`,
        text: isReference ? text.slice(0, REFERENCE_CHARACTERS) : text,
      }));
  });
  index.addAll(found.map((section, id) => ({ id, ...section })));
  return JSON.stringify(index);
};
