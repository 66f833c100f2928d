import * as z from "zod";
import { fieldErrors } from "../wire/fields.ts";
import { invalid } from "../wire/refusals.ts";
import { type HostMessage, hostMessage, type SocketAnswer } from "../wire/socket-messages.ts";

const numbered = z.object({ id: z.int().min(1) });

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A refusal as an answer on a socket. */
export const refusedWith = (status: number, code: string, message: string): SocketAnswer => ({
  status,
  body: { message, code },
});

/** Reads a message of a host. A wrong message with an id is answered with the reason; undefined: it cannot be answered. */
export const readMessage = (
  text: string,
): { said: HostMessage } | { to: number; refused: SocketAnswer } | undefined => {
  const value = jsonIn(text);
  const { success, data, error } = hostMessage().safeParse(value);
  if (success) return { said: data };
  const from = numbered.safeParse(value);
  if (!from.success) return undefined;
  const { message, errors } = invalid(fieldErrors(error, value));
  return { to: from.data.id, refused: { status: 400, body: { message, code: "invalid", errors } } };
};
