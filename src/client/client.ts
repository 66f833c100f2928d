import { type ClientResponse, hc } from "hono/client";
import type { createApp } from "../app.ts";
import type { FieldError } from "../wire/refusals.ts";

interface Connection {
  /** The address of the service, without `/api/v3`. */
  url: string;
  token: string;
  /** What sends requests; by default the platform's own. */
  fetch?: typeof fetch;
}

/**
 * The calls of the service by their addresses, typed by its routes: a call that the service does not have, a misspelt
 * field and a wrong type don't compile. Only types are taken from the service.
 */
export const connect = ({ url, token, fetch: send = fetch }: Connection) =>
  hc<ReturnType<typeof createApp>>(url, { headers: { Authorization: `Bearer ${token}` }, fetch: send }).api
    .v3;
export type Service = ReturnType<typeof connect>;

/** A refusal. `message` says what is wrong and what would be right. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, { message, code, errors = [] }: Refusal) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

interface Refusal {
  message: string;
  code: string;
  errors?: readonly FieldError[];
}

const isRefusal = (body: unknown): body is Refusal =>
  typeof body === "object" && body !== null && "message" in body && "code" in body;

/** The refusal in an answer; one made from its status if a proxy answered. */
const refusalIn = async (response: Pick<Response, "status" | "text">): Promise<Refusal> => {
  try {
    const body: unknown = JSON.parse(await response.text());
    if (isRefusal(body)) return body;
  } catch {
    // It is no JSON.
  }
  return { message: `the answer was ${response.status} and says no more`, code: "unknown" };
};

/** An answer as it is, for one that is no JSON. Throws `Refused`. */
export const accepted = async <Answer extends Pick<Response, "ok" | "status" | "text">>(
  sending: Promise<Answer>,
): Promise<Answer> => {
  const response = await sending;
  if (!response.ok) throw new Refused(response.status, await refusalIn(response));
  return response;
};

/** The answer of a call. Throws `Refused`. */
export const answered = async <Answer extends ClientResponse<unknown>>(
  sending: Promise<Answer>,
): Promise<Awaited<ReturnType<Answer["json"]>>> => {
  const response = await accepted(sending);
  return asAnswer<Answer>(await response.json());
};

/** The JSON of an answer has the type that its route gives it. */
const asAnswer = <Answer extends ClientResponse<unknown>>(json: unknown) =>
  json as Awaited<ReturnType<Answer["json"]>>;
