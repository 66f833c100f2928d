import type { Context } from "hono";

/** Answers a list as a plain array; the address of the next page, whose `after` is `next`, goes in `Link`. */
export const answerPage = <Shape>(c: Context, next: number | undefined, shapes: Shape[]) => {
  if (next !== undefined) {
    const address = new URL(c.req.url);
    address.searchParams.set("after", String(next));
    c.header("Link", `<${address}>; rel="next"`);
  }
  return c.json(shapes);
};
