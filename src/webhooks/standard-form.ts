import { EVENT_TYPES } from "../database/enums.ts";
import { addressProblem, withoutQuery } from "./addresses.ts";
import type { Form, Told, Ways } from "./form.ts";
import { judge } from "./judge.ts";
import { signedHeaders } from "./sign.ts";

const tell = async ({ id, body, target, secrets }: Told, { now, send }: Ways) => {
  const headers = {
    "Content-Type": "application/json",
    ...(await signedHeaders(secrets, { id, body, now })),
  };
  return judge(await send({ url: target, method: "POST", headers, body }), now);
};

/** The event as JSON, signed by Standard Webhooks. */
export const standardForm: Form = {
  events: EVENT_TYPES,
  signs: true,
  takesCredential: false,
  wrongTarget: addressProblem,
  shownTarget: withoutQuery,
  tell,
};
