import type { Context } from "hono";

/** Answers a list as a plain array. The URL of the next page, with `next` as its `after`, goes in `Link`. */
export const answerPage = <Shape>(c: Context, next: number | undefined, shapes: Shape[]) => {
  if (next !== undefined) {
    const address = new URL(c.req.url);
    address.searchParams.set("after", String(next));
    c.header("Link", `<${address}>; rel="next"`);
  }
  return c.json(shapes);
};
