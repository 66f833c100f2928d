import type { Context } from "hono";

/** Sets `Link` to the URL of the next page, with `next` as its `after`; not on the last page. */
export const linkNext = (c: Context, next: number | string | undefined): void => {
  if (next === undefined) return;
  const address = new URL(c.req.url);
  address.searchParams.set("after", String(next));
  c.header("Link", `<${address}>; rel="next"`);
};

/** Answers a list as a plain array. The URL of the next page, with `next` as its `after`, goes in `Link`. */
export const answerPage = <Shape>(c: Context, next: number | undefined, shapes: Shape[]) => {
  linkNext(c, next);
  return c.json(shapes);
};
