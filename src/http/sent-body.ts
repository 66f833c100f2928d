import type { Context } from "hono";

const contentLengthIn = (header: string | undefined): number | undefined =>
  header === undefined || !/^\d{1,12}$/.test(header) ? undefined : Number(header);

/** The body of a request as a stream, with what its headers say of it: its length in bytes and its coding, if they do. */
export const sentBody = ({ req }: Context) => ({
  body: req.raw.body,
  bytes: contentLengthIn(req.header("Content-Length")),
  encoding: req.header("Content-Encoding"),
});
