import type { EventType, WebhookForm } from "../database/enums.ts";
import type { EventData } from "./event-data.ts";

/** An event on its way to one webhook. */
export interface Told {
  /** Its `webhook-id`: the same in all tries. */
  id: string;
  /** When it happened; epoch milliseconds. */
  at: number;
  /** What happened: `type`, and what goes with it. */
  event: EventData;
  /** The whole event as JSON, the same in all tries: what the standard form sends. */
  body: string;
  /** Where it goes, by the form: an address of the receiver. */
  target: string;
  /** The secrets that sign now, newest first; none for a form without. */
  secrets: readonly string[];
  /** What lets us in at the receiver; null: nothing. */
  credential: string | null;
}

/** A request to a receiver. */
export interface Outgoing {
  url: string;
  method: "GET" | "POST" | "PUT" | "PATCH";
  headers: Readonly<Record<string, string>>;
  /** Left out for a GET. */
  body?: string;
  /** How many bytes of the answer's body are kept, for a form that reads it; left out: none. */
  keeps?: number;
}

/** What a receiver answered, with the part of its body that the request keeps; or why there was no answer. */
export type Answer = Answered | { status: null; why: string };

interface Answered {
  status: number;
  retryAfter: string | null;
  /** The beginning of its body; only of a request that keeps some. */
  text?: string;
  /** When its limit of requests, which is used up, begins anew: epoch milliseconds. */
  limitedUntil?: number | null;
}

/** A test that failed in a run. */
export interface FailedTest {
  /** The file of its source, as the report of the run names it. */
  file: string | null;
  /** Its suites and its own name. */
  title: string;
  message: string | null;
  detail: string | null;
}

/** An e-mail of plain text. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The id of the event, by which a program that reads it knows a repeated one. */
  id: string;
}

/** How a try ended. `note` is a sentence for the console, without anything of the receiver's body. */
export type Verdict =
  | { is: "taken"; status: number | null; note: string }
  /** It never wants anything again: the webhook is disabled. */
  | { is: "gone"; status: number | null; note: string }
  /** Tried again later, not before `notBefore` (epoch milliseconds; null: by our own times). */
  | { is: "failed"; status: number | null; note: string; notBefore: number | null };

/** What a form may use. */
export interface Ways {
  /** Epoch milliseconds: when this try is made. */
  now: number;
  /** The address of the service for links, as `https://muster.example`; "": unknown. */
  siteUrl: string;
  /** Sends a request by the rules for hostile addresses: public https, no redirects, 10 s. Never throws. */
  send: (request: Outgoing) => Promise<Answer>;
  /** The first failed tests of the run that the event is about, at most `limit`. */
  failedTests: (limit: number) => Promise<FailedTest[]>;
  /** Sends an e-mail by the platform. Null: the deployment has no binding for e-mail, or no sender. Never throws. */
  mail: ((mail: Mail) => Promise<Verdict>) | null;
}

/** One form in which events are sent. */
export interface Form {
  /** The events that it can tell of. */
  events: readonly EventType[];
  /** Whether it signs: the webhook then has a secret of ours, which is shown once. */
  signs: boolean;
  /** Whether it needs something of the receiver's to be let in, as a token of a repository. */
  takesCredential: boolean;
  /** What is wrong with a target, in words that follow the field's name; undefined: nothing. */
  wrongTarget: (target: string, rules: TargetRules) => string | undefined;
  /** A target as answers and pages show it: without what lets others in. */
  shownTarget: (target: string) => string;
  /** Tells an event: makes requests of it, sends them by `ways` and judges the answers. A form may have nothing to say. */
  tell: (told: Told, ways: Ways) => Promise<Verdict>;
}

export interface TargetRules {
  /** Whether addresses of private networks may be called. */
  private: boolean;
  /** Whether the deployment can send e-mail; left out: it can't. */
  email?: boolean;
}

/** Every form by its name. */
export type Forms = Readonly<Record<WebhookForm, Form>>;
