import { Marked, type Tokens } from "marked";
import { addressOf } from "./pages.ts";

/** What follows a heading, up to the next one of a page's search and its list of contents. */
interface Section {
  id: string;
  title: string;
  depth: number;
  /** Its text without marks, for the search. */
  text: string;
}

export interface RenderedPage {
  title: string;
  html: string;
  sections: Section[];
}

/** Where an operation of the API is described: its address by its id. Throws if there is none. */
export type AddressOfOperation = (operationId: string) => string;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The text of some HTML, its space made even. */
const textOfHtml = (html: string): string =>
  html
    .replace(/<button[\s\S]*?<\/button>|<[^>]+>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replace(/\s+/g, " ")
    .trim();

const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** Gives each heading an id of its own: the one that it names (`## Title {#id}`), or its words. */
const headingIds = () => {
  const taken = new Set<string>();
  return (named: string | undefined, title: string): string => {
    const wanted = named ?? slugOf(title);
    for (let turn = 1; ; turn++) {
      const id = turn === 1 ? wanted : `${wanted}-${turn}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  };
};

/** Other pages are linked as their files are, and operations as `api:operationId`. */
const hrefOf = (href: string, addressOfOperation: AddressOfOperation): string => {
  const [, page, anchor = ""] = /^([a-z]+)\.md(#.*)?$/.exec(href) ?? [];
  if (page !== undefined) return `${addressOf(page)}${anchor}`;
  return href.startsWith("api:") ? addressOfOperation(href.slice("api:".length)) : href;
};

const COPY =
  '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><use href="/assets/icons.svg#copy"></use></svg>';

/** Renders a page, in Markdown as GitHub writes it. */
export const renderPage = (source: string, addressOfOperation: AddressOfOperation): RenderedPage => {
  const idFor = headingIds();
  const headings: Omit<Section, "text">[] = [];
  let blocks = 0;
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const inner = this.parser.parseInline(tokens);
        const [, shown = inner, named] = /^(.*?)(?: \{#([\w-]+)\})?$/s.exec(inner) ?? [];
        const title = textOfHtml(shown);
        const id = idFor(named, title);
        headings.push({ id, title, depth });
        const link =
          depth === 1 ? "" : ` <a class="anchor" href="#${id}" aria-hidden="true" tabindex="-1">#</a>`;
        return `<h${depth} id="${id}">${shown}${link}</h${depth}>\n`;
      },
      code({ text, lang }) {
        blocks += 1;
        const [language = "text"] = (lang ?? "text").split(" ");
        const pre = `<pre id="code-${blocks}" tabindex="0"><code class="language-${escapeHtml(language)}">${escapeHtml(text)}</code></pre>`;
        return `<div class="block-of-code">${pre}<button type="button" data-copy="code-${blocks}">${COPY}<span>Copy</span></button></div>\n`;
      },
      table(token: Tokens.Table) {
        const cellsOf = (row: Tokens.TableCell[], tag: "th" | "td") =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("");
        const rows = token.rows.map((row) => `<tr>${cellsOf(row, "td")}</tr>`).join("\n");
        const name = escapeHtml(headings.at(-1)?.title ?? "");
        return `<div class="wide" role="group" aria-label="Table: ${name}" tabindex="0"><table><thead><tr>${cellsOf(token.header, "th")}</tr></thead><tbody>\n${rows}\n</tbody></table></div>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escapeHtml(hrefOf(href, addressOfOperation))}">${this.parser.parseInline(tokens)}</a>`;
      },
    },
  });
  const html = marked.parse(source, { async: false });
  return { title: headings[0]?.title ?? "", html, sections: sectionsOf(html, headings) };
};

/** The text between the headings of a rendered page. */
const sectionsOf = (html: string, headings: readonly Omit<Section, "text">[]): Section[] =>
  headings.map(({ id, title, depth }, place) => {
    const from = html.indexOf(`<h${depth} id="${id}">`);
    const next = headings[place + 1];
    const to = next ? html.indexOf(`<h${next.depth} id="${next.id}">`) : html.length;
    const [, body = ""] = html.slice(from, to).split(/<\/h\d>/, 2);
    return { id, title, depth, text: textOfHtml(body) };
  });
