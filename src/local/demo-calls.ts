import { STATUS_CODES } from "node:http";
import { differences } from "./demo-checks.ts";
import { Plain, reasonOf } from "./options.ts";

const ANSWER_TIMEOUT_MS = 30_000;
/** The width of a line; longer bodies are printed on several. */
const LINE_CHARACTERS = 96;

export interface Request {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The expected statuses and response (see `differences`). */
export interface Expected {
  statuses: number[];
  answer: unknown;
}

const written = (value: unknown): string => {
  const line = JSON.stringify(value);
  const text = line.length > LINE_CHARACTERS ? JSON.stringify(value, null, 2) : line;
  return text.replace(/^/gm, "   ");
};

/** Calls one server and prints each request and response. A wrong response ends it. */
export class DemoClient {
  readonly #baseUrl: string;
  readonly #token: string;
  #step = 0;

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  get steps(): number {
    return this.#step;
  }

  /** Sends a request and returns its response. Throws with the expected and the actual response if they differ. */
  async call(title: string, request: Request, expected: Expected): Promise<unknown> {
    this.#step += 1;
    const { method, path, body, headers = {} } = request;
    console.log(`\n${this.#step}. ${title}`);
    console.log(`   ${method} ${path}`);
    for (const [name, value] of Object.entries(headers)) console.log(`   ${name}: ${value}`);
    if (body !== undefined) console.log(written(body));
    const { status, text } = await this.send(request);
    const answer = parsed(text);
    console.log(`   -> ${status} ${STATUS_CODES[status] ?? ""}`);
    console.log(answer === undefined ? `   ${text}` : written(answer));
    const wrong = expected.statuses.includes(status)
      ? differences(expected.answer, answer)
      : [`status: expected ${expected.statuses.join(" or ")}, came ${status}`];
    if (wrong.length === 0) return answer;
    throw new Plain(`\nWrong answer to step ${this.#step}, "${title}":\n  ${wrong.join("\n  ")}`);
  }

  /** Sends a request that is no step of the demo. Throws if no server answers, or if it refuses the token. */
  async send({ method, path, body, headers }: Request): Promise<{ status: number; text: string }> {
    const answer = await this.#fetch({ method, path, body, headers: headers ?? {} });
    if (answer.status !== 401) return answer;
    throw new Plain(
      `the server at ${this.#baseUrl} refuses this ADMIN_TOKEN; give the one that it was started with: ADMIN_TOKEN=... npm run demo`,
    );
  }

  async #fetch({ method, path, body, headers }: Request): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(`${this.#baseUrl}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${this.#token}`,
          "Content-Type": "application/json",
          ...headers,
        },
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new Plain(
        `no server answers at ${this.#baseUrl} (${reasonOf(error)}); start one with: npm start`,
      );
    }
  }
}

/** The JSON of an answer; undefined if it is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
