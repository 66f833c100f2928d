import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { App } from "../http/app.ts";
import type { STATUS_OF } from "../wire/refusals.ts";
import { VisitProvider } from "./page-context.ts";
import { Frame, type Place } from "./parts/frame.tsx";
import type { Said } from "./parts/notice.tsx";

export type Status = 200 | (typeof STATUS_OF)[keyof typeof STATUS_OF] | 500;

interface PageFrame {
  title: string;
  here?: Place | undefined;
  heading?: Child;
  status?: Status;
}

/** Answers with a page; `here` is its place in the menu. */
export const show = (c: Context<App>, { title, here, heading, status = 200 }: PageFrame, body: Child) =>
  c.html(
    <VisitProvider value={c.get("visit")}>
      <Frame title={title} here={here} heading={heading}>
        {body}
      </Frame>
    </VisitProvider>,
    status,
  );

/** Answers an action with the page to look at next, which says what was done. */
export const goOn = (c: Context<App>, path: string, said: Said) =>
  c.redirect(`${path}${path.includes("?") ? "&" : "?"}done=${said}`, 303);
