import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { App } from "../http/app.ts";
import type { STATUS_OF } from "../wire/refusals.ts";
import { PageContextProvider } from "./page-context.ts";
import { Frame, type Sheet } from "./parts/frame.tsx";
import type { WayTo } from "./parts/menu.tsx";
import type { Notice } from "./parts/notice.tsx";

export type Status = 200 | (typeof STATUS_OF)[keyof typeof STATUS_OF] | 500;

interface PageFrame extends WayTo {
  /** The style sheets of pages of its kind, besides the common one. */
  sheet?: Sheet | readonly Sheet[] | undefined;
  heading?: Child;
  status?: Status;
}

/** Responds with a page; `here` is its entry in the menu. */
export const show = (c: Context<App>, { status = 200, ...frame }: PageFrame, body: Child) =>
  c.html(
    <PageContextProvider value={c.get("pageContext")}>
      <Frame {...frame}>{body}</Frame>
    </PageContextProvider>,
    status,
  );

/** Redirects after an action to the next page, with a notice, which links to the job that was made. */
export const redirectTo = (
  c: Context<App>,
  path: string,
  notice: Notice,
  made?: { project: number; job: number },
) => {
  const job = made ? `&made=${made.project}.${made.job}` : "";
  return c.redirect(`${path}${path.includes("?") ? "&" : "?"}done=${notice}${job}`, 303);
};
