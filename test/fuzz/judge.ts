import { refusalIn } from "../http/refusals.ts";
import type { Answer } from "../world.ts";
import { type Operation, operationAt } from "./document.ts";

/** What an answer did that none may, in a word before the colon. */
export class Broken extends Error {}

const demand = (holds: boolean, rule: string, fact: unknown): void => {
  if (!holds) throw new Broken(`${rule}: ${String(fact).slice(0, 500)}`);
};

/** How long an answer may take. */
export const MAX_MS = 5000;

/** What only the insides of the service would say. */
const INSIDES =
  /SQLITE_|D1_ERROR|Failed query|no such (?:table|column)|syntax error|constraint failed|\\n +at |\.[jt]s:\d+|node_modules|TypeError|RangeError|ZodError|drizzle/;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const judgeGood = (operations: readonly Operation[], request: Request, answer: Answer): void => {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith("openapi.json")) return;
  // Where enough `..` lead, under the context path too, and it leads on to the console.
  if (/^(\/+tc)?\/+$/.test(pathname) && answer.headers.get("location") === "/console") return;
  const operation = operationAt(operations, request);
  demand(operation !== undefined, "only what the document has is done", answer.status);
  demand(operation?.answers.has(answer.status) === true, "a good answer is in the document", answer.status);
  if (request.method === "HEAD") return;
  const type = answer.headers.get("content-type") ?? "";
  const types = operation?.types.get(answer.status) ?? [];
  demand(
    types.some((each) => type.startsWith(each)),
    "an answer says what it is",
    type,
  );
  const schema = type.startsWith("application/json") ? operation?.answers.get(answer.status) : undefined;
  const checked = schema?.safeParse(answer.body);
  demand(checked?.success !== false, "a good answer has its schema", `${checked?.error} ${answer.text}`);
};

/** A badge that is not there is a picture that says so: it stands in a page. */
const isBadge = (request: Request, answer: Answer): boolean =>
  /^(\/+tc)?\/+badges\//.test(new URL(request.url).pathname) &&
  answer.headers.get("content-type") === "image/svg+xml";

const judgeRefusal = (request: Request, answer: Answer): void => {
  if (request.method === "HEAD" || isBadge(request, answer)) return;
  try {
    refusalIn(answer, answer.status);
  } catch (error) {
    throw new Broken(`a refusal has the error shape: ${answer.status} ${answer.text.slice(0, 300)} ${error}`);
  }
};

/** Throws what is wrong with an answer, if anything is. */
export const judge = (
  operations: readonly Operation[],
  request: Request,
  { answer, tookMs }: { answer: Answer; tookMs: number },
): void => {
  const { status, headers, text } = answer;
  demand(status < 500, "a request is answered or refused", `${status} ${text}`);
  demand(tookMs < MAX_MS, "an answer comes soon", `${tookMs} ms`);
  const id = headers.get("x-request-id") ?? "";
  demand(UUID.test(id) && headers.get("x-qtest-request-id") === id, "an answer has its request's id", id);
  demand(!INSIDES.test(text), "an answer shows nothing of the insides", text);
  demand(request.method !== "HEAD" || text === "", "an answer to HEAD has no body", text);
  if (status < 400) judgeGood(operations, request, answer);
  else judgeRefusal(request, answer);
};
