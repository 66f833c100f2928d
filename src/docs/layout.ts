import { html, raw } from "hono/html";
import type { RenderedPage } from "./markdown.ts";
import { addressOf, GROUPS, labelOf, PAGE_NAMES } from "./pages.ts";

const current = (isHere: boolean) => (isHere ? raw(' aria-current="page"') : "");

/** The name of the page in the menu under which a page stands. */
const placeOf = (name: string): string => name.split("/")[0] ?? name;

const menu = (here: string, rooms: readonly { name: string; title: string }[]) =>
  GROUPS.map(
    ({ title, pages }) => html`<h2>${title}</h2>
<ul>${pages.map(
      ({ name, label }) => html`
<li><a href="${addressOf(name)}"${current(name === here)}>${label}</a>${
        name === "api" && placeOf(here) === "api"
          ? html`<ul>${rooms.map((room) => html`<li><a href="${addressOf(room.name)}"${current(room.name === here)}>${room.title}</a></li>`)}</ul>`
          : ""
      }</li>`,
    )}
</ul>
`,
  );

const contents = ({ sections }: RenderedPage) => {
  const parts = sections.filter(({ depth }) => depth === 2);
  if (parts.length < 2) return "";
  return html`<nav class="contents" aria-labelledby="contents"><h2 id="contents">On this page</h2>
<ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
};

const neighbours = (name: string) => {
  const place = PAGE_NAMES.indexOf(name);
  if (place < 0) return "";
  const before = place > 0 ? PAGE_NAMES[place - 1] : undefined;
  const after = place >= 0 ? PAGE_NAMES[place + 1] : undefined;
  const link = (other: string | undefined, rel: "prev" | "next") =>
    other === undefined
      ? ""
      : html`<a rel="${rel}" href="${addressOf(other)}"><small>${rel === "prev" ? "Before" : "Next"}</small>${labelOf(other)}</a>`;
  return html`<nav class="neighbours" aria-label="The page before and the next">${link(before, "prev")}${link(after, "next")}</nav>`;
};

/** A whole page as HTML. `rooms` are the pages of the reference. */
export const pageOf = async (
  name: string,
  page: RenderedPage,
  rooms: readonly { name: string; title: string }[],
): Promise<string> => {
  const made = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Muster</title>
<link rel="icon" href="/assets/muster.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/console.css">
<link rel="stylesheet" href="/assets/docs.css">
<script src="/assets/docs.js" type="module"></script>
<script src="/assets/copy.js" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the page</a>
<header class="bar">
<a class="brand" href="/docs"><svg class="icon" viewBox="0 0 16 16" width="22" height="22" aria-hidden="true" focusable="false"><use href="/assets/icons.svg#muster"></use></svg>Muster <span>docs</span></a>
<search id="search" hidden><label class="unseen" for="sought">Search the documentation</label><input id="sought" type="search" placeholder="Search" autocomplete="off" aria-controls="found"><div id="found" hidden><p class="quiet" role="status"></p><ol></ol></div></search>
<nav aria-label="Elsewhere"><a class="to-pages" href="#pages">Pages</a> <a href="/console">Console</a></nav>
</header>
<div class="docs">
<nav id="pages" aria-label="Documentation">
${menu(name, rooms)}</nav>
<main id="main" tabindex="-1">
<article>
${raw(page.html)}</article>
${neighbours(name)}
</main>
${contents(page)}
</div>
</body>
</html>
`;
  return String(await made);
};
