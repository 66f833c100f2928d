import type { Context } from "hono";
import type { Body } from "./artifacts.ts";

const contentLengthIn = (header: string | undefined): number | undefined =>
  header === undefined || !/^\d{1,12}$/.test(header) ? undefined : Number(header);

/** The body of a request as a stream, with what its headers say of it. */
export const sentBody = ({ req }: Context): Body => ({
  body: req.raw.body,
  bytes: contentLengthIn(req.header("Content-Length")),
  encoding: req.header("Content-Encoding"),
});
