import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Service } from "../client/client.ts";
import { reasonOf } from "../programs/plain-error.ts";
import { RETRY_STATUSES, retryAfterIn } from "../programs/retry-after.ts";
import { VERSION } from "../programs/version.ts";
import type { ServerClock } from "./server-clock.ts";
import { PROTOCOL } from "./version.ts";

/** These refuse the token, not the request: the same request may be taken later. */
const TOKEN_STATUSES = [401, 403];

/** The service refused the request. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether the token was refused and not the request. */
  get isOfToken(): boolean {
    return TOKEN_STATUSES.includes(this.status);
  }
}

/** No answer from the service: no connection, a timeout, half a body, a proxy's page, or a status that means "later". */
export class Unanswered extends Error {
  /** How long the service asks to wait; null if it does not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Request {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Under /api/v3. */
  path: string;
  body?: object;
  /** Sent instead of `body`. */
  raw?: { body: Blob; type: string };
  /** The idempotency key: the same for each retry. */
  key?: string;
  /** Aborted: the answer is not waited for. */
  over?: AbortSignal;
}

export interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface ClientSettings {
  url: string;
  timeoutMs: number;
  /** The first wait before a retry; each further one doubles, up to `maxRetryMs`. */
  retryMs: number;
  maxRetryMs: number;
}

/** The bytes that a slow connection sends per millisecond. The timeout grows by them. */
const SLOW_BYTES_A_MS = 50;

const contentOf = ({
  body,
  raw,
}: Request): { body: Blob | string | undefined; type: string; slowMs: number } =>
  raw === undefined
    ? { body: body && JSON.stringify(body), type: "application/json", slowMs: 0 }
    : { body: raw.body, type: raw.type, slowMs: Math.ceil(raw.body.size / SLOW_BYTES_A_MS) };

/**
 * For a body that may be large. Unless a redirect is an error, `fetch` keeps a copy of the whole body in memory,
 * because it might have to send it again.
 */
const NOT_COPIED = { redirect: "error", window: null } as const;

const textOf = (value: unknown, name: string): string => {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "string" ? found : "";
};

const API = "/api/v3";

/** A call of the typed client as a request of this one. */
const requestIn = (url: string, { method, headers, body, signal }: RequestInit): Request => {
  const key = new Headers(headers).get("Idempotency-Key");
  return {
    method: method as Request["method"],
    path: url.slice(url.indexOf(API) + API.length),
    ...(typeof body === "string" ? { body: JSON.parse(body) } : {}),
    ...(key === null ? {} : { key }),
    ...(signal ? { over: signal } : {}),
  };
};

/** Sends requests to the service. Each has a timeout; a response that is not the service's own is no answer. */
export class ServiceClient {
  readonly settings: ClientSettings;
  readonly #token: () => string;
  readonly #clock: ServerClock | undefined;
  /** The calls of the service, typed by its routes. Each is sent once. Throws `Refused`, `Unanswered`. */
  readonly api: Service;
  /** Sends a request over the socket; undefined if it must go by HTTP. */
  overSocket: (request: Request) => Promise<{ status: number; body: unknown }> | undefined = () => undefined;

  constructor(settings: ClientSettings, token: () => string, clock?: ServerClock) {
    this.settings = settings;
    this.#token = token;
    this.#clock = clock;
    const send = async (url: unknown, init: RequestInit = {}) => {
      const { status, body, headers } = await this.once(requestIn(String(url), init));
      return new Response(JSON.stringify(body), { status, headers });
    };
    this.api = connect({ url: settings.url, token: "", fetch: send as typeof fetch });
  }

  /** Sends a request once: a call of `api`, or a body that is no JSON. Throws `Refused`, `Unanswered`. */
  async once(request: Request): Promise<Answer> {
    const pushed = this.overSocket(request);
    if (pushed) {
      const { status, body } = await pushed;
      return this.#accept({ status, body, headers: new Headers() });
    }
    const { method, path, key, raw, over } = request;
    const { body, type, slowMs } = contentOf(request);
    const timeout = AbortSignal.timeout(this.settings.timeoutMs + slowMs);
    const sentAt = Date.now();
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.settings.url}/api/v3${path}`, {
        method,
        ...(raw ? NOT_COPIED : { redirect: "manual" }),
        headers: {
          Authorization: `Bearer ${this.#token()}`,
          "Content-Type": type,
          "User-Agent": `muster-host/${VERSION}`,
          "Host-Protocol": String(PROTOCOL),
          ...(key === undefined ? {} : { "Idempotency-Key": key }),
        },
        ...(body === undefined ? {} : { body }),
        signal: over ? AbortSignal.any([over, timeout]) : timeout,
      });
      text = await response.text();
    } catch (error) {
      throw new Unanswered(`${this.settings.url} does not answer: ${reasonOf(error)}`);
    }
    return this.#judge(response, text, sentAt);
  }

  /** Retries a call until the service answers. Throws `Refused`; `Unanswered` once `signal` is aborted. */
  async untilAnswered<Answered>(
    call: () => Promise<Answered>,
    signal: AbortSignal,
    onFailure?: (failure: Unanswered) => void,
  ): Promise<Answered> {
    for (let tries = 0; ; tries++) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        onFailure?.(error);
        await sleep(this.waitAfter(tries, error.retryAfterMs), undefined, { signal }).catch(() => undefined);
        if (signal.aborted) throw error;
      }
    }
  }

  /**
   * How long to wait after failed tries, `mostMs` at most unless the service asks for more. Jitter spreads
   * hosts that lost the service at the same time.
   */
  waitAfter(tries: number, retryAfterMs: number | null, mostMs = this.settings.maxRetryMs): number {
    const backoff = Math.min(this.settings.retryMs * 2 ** tries, mostMs);
    return Math.max(retryAfterMs ?? 0, backoff * (0.5 + Math.random() / 2));
  }

  #judge(response: Response, text: string, sentAt: number): Answer {
    const { status, headers } = response;
    const now = Date.now();
    const retryAfterMs = retryAfterIn(headers.get("Retry-After"), now);
    this.#throwIfLater(status, retryAfterMs);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      // Not JSON, or truncated.
      throw new Unanswered(
        `${this.settings.url} answers ${status} with something that is not of the service`,
      );
    }
    if (!headers.has("x-request-id")) {
      throw new Unanswered(`${this.settings.url} answers ${status}, and not as the service does`);
    }
    this.#clock?.note(headers.get("Date"), sentAt, now);
    return this.#accept({ status, body, headers });
  }

  #throwIfLater(status: number, retryAfterMs: number | null): void {
    if (status >= 500 || RETRY_STATUSES.includes(status))
      throw new Unanswered(`${this.settings.url} answers ${status}`, retryAfterMs);
  }

  #accept(answer: Answer): Answer {
    const { status, body } = answer;
    this.#throwIfLater(status, null);
    if (status < 300) return answer;
    throw new Refused(status, textOf(body, "code"), textOf(body, "message") || `answered ${status}`);
  }
}
