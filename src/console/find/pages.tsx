import { Hono } from "hono";
import type { App } from "../../http/app.ts";
import { page } from "../page-guards.ts";
import { Empty } from "../parts/job.tsx";
import { show } from "../show-page.tsx";
import { type Found, find } from "./view.ts";

const Results = ({ found }: { found: readonly Found[] }) =>
  found.length === 0 ? (
    <Empty title="Nothing is called so">
      <p>Try a part of a name, or an id like #17.</p>
    </Empty>
  ) : (
    <ul class="lines card" aria-label="Found">
      {found.map(({ kind, name, beside, path }) => (
        <li class="material">
          <span class="quiet">{kind} </span>
          <a href={path}>{name}</a> <span class="quiet">{beside}</span>
        </li>
      ))}
    </ul>
  );

/** Finds anything by name or id: as a page, and for the palette (assets/palette.js). */
export const findPages = new Hono<App>()
  .get("/find", page("listHosts"), async (c) => {
    const { q = "" } = c.req.query();
    const found = await find(c.get("call"), q);
    return show(
      c,
      { title: "Find" },
      <>
        <search>
          <form class="filters" method="get" aria-label="Everything">
            <label for="q">Name or #id</label>
            <input type="search" id="q" name="q" value={q} autofocus />
            <button type="submit">Find</button>
          </form>
        </search>
        <Results found={found} />
      </>,
    );
  })
  .get("/find/results", page("listHosts"), async (c) =>
    c.json(await find(c.get("call"), c.req.query("q") ?? "")),
  );
