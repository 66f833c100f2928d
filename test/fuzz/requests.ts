import fc from "fast-check";
import type { Operation, Schema } from "./document.ts";
import type { Encoding } from "./encodings.ts";
import { jsonOf } from "./trees.ts";
import { goodOf, goodQuery, mark } from "./values.ts";

export const KINDS = ["valid", "near-valid", "hostile"] as const;
type Kind = (typeof KINDS)[number];

/** The tokens of a scene, by what they are for; "none" sends no Authorization. */
export const TOKENS = [
  "admin",
  "operator",
  "host",
  "operator of a project",
  "host of a project",
  "host of a host",
  "registering",
  "expired",
  "revoked",
  "replaced",
  "misspelt",
  "none",
] as const;
export type TokenName = (typeof TOKENS)[number];

export type Header = [name: string, value: string];

/** A request as it is written down: with marks where ids and secrets of its scene go. */
export interface Sent {
  kind: Kind;
  token: TokenName;
  /** What stands before the token in Authorization. */
  scheme: string;
  method: string;
  /** With its query. */
  path: string;
  headers: Header[];
  body: string | null;
  encoding: Encoding;
}

/** A body before it is text: JSON and a form by their values. */
type Content = { form: "json" | "fields"; value: unknown } | { form: "text"; value: string } | null;

/** A request before it is put together, so that its parts can be made worse. */
export interface Draft extends Omit<Sent, "path" | "body"> {
  prefix: string;
  segments: string[];
  query: Header[];
  /** Stands behind all that, as it is. */
  tail: string;
  content: Content;
  /** Makes the text of the body worse. */
  spoil: (text: string) => string;
}

const REPORT = `<?xml version="1.0" encoding="UTF-8"?><testsuites><testsuite name="s" tests="2">
<testcase classname="pkg.A" name="adds"/><testcase classname="pkg.A" name="subtracts"><failure message="no"/></testcase>
</testsuite></testsuites>`;
const TABLE = `test_case_name,automation_content,test_run_id\r\n"adds, twice",pkg.A#adds,${mark("run")}\nsubtracts,pkg.A#s,\n`;

const contentOf = ([type, schema]: [string, Schema]): fc.Arbitrary<{ type: string; content: Content }> => {
  if (type === "application/xml" || type === "application/octet-stream")
    return fc.constant({ type, content: { form: "text", value: REPORT } });
  if (type === "text/csv") return fc.constant({ type, content: { form: "text", value: TABLE } });
  const form = type === "application/json" ? "json" : "fields";
  return goodOf(schema).map((value) => ({ type, content: { form, value } }));
};

const LIMITED: Record<string, TokenName[]> = {
  admin: ["admin", "admin"],
  operator: ["operator", "operator of a project"],
  host: ["host", "host of a project", "host of a host"],
};

const headers = (type: string | undefined): fc.Arbitrary<Header[]> =>
  fc
    .tuple(
      fc.constantFrom(...(type === undefined ? [] : [type, type, `${type}; charset=utf-8`]), null),
      fc.constantFrom("Idempotency-Key", "x-qtest-nonce", null, null, null),
      fc.constantFrom("key 1", "key 2", "key 3"),
      fc.constantFrom("process 1", "process 2", null, null),
    )
    .map(([contentType, keyName, key, owner]) => [
      ...(contentType === null ? [] : [["Content-Type", contentType] satisfies Header]),
      ...(keyName === null ? [] : [[keyName, key] satisfies Header]),
      ...(owner === null ? [] : [["Lease-Owner", owner] satisfies Header]),
    ]);

const queryOf = (operation: Operation): fc.Arbitrary<Header[]> =>
  fc
    .tuple(
      ...operation.query.map(({ name, required, schema }) => {
        const given = goodQuery(schema, name).map((value): Header[] => [[name, value]]);
        return required ? given : fc.oneof(given, fc.constant<Header[]>([]));
      }),
    )
    .map((each) => each.flat());

const NO_CONTENT = fc.constantFrom<{ type: string | undefined; content: Content }>(
  { type: undefined, content: null },
  { type: undefined, content: null },
  { type: "application/json", content: { form: "text", value: "" } },
  { type: "application/json", content: { form: "json", value: {} } },
);

/** Requests of an operation with nothing wrong: what it asks for is there, by a token that may. */
export const goodDrafts = (operation: Operation): fc.Arbitrary<Draft> => {
  const { method, path, scopes, contents } = operation;
  const tokens: TokenName[] = scopes.flatMap((scope) => LIMITED[scope] ?? []);
  const body = contents.length > 0 ? fc.oneof(...contents.map(contentOf)) : NO_CONTENT;
  return body.chain(({ type, content }) =>
    fc.record({
      kind: fc.constant<Kind>("valid"),
      token: fc.constantFrom<TokenName>(...(tokens.length > 0 ? tokens : ["none" as const])),
      scheme: fc.constantFrom("Bearer ", "Bearer ", "bearer ", ""),
      method: fc.constant(method),
      prefix: fc.constantFrom("", "", "", "/tc", "/", "/tc//"),
      segments: fc.constant(
        path
          .slice(1)
          .replace(/\{(\w+)\}/g, "{{$1}}")
          .split("/"),
      ),
      query: queryOf(operation),
      tail: fc.constant(""),
      headers: headers(type),
      content: fc.constant(method === "GET" ? null : content),
      encoding: fc.constant<Encoding>("utf-8"),
      spoil: fc.constant((text: string) => text),
    }),
  );
};

/** A part of a query or form, encoded; marks stand as they are. */
const encoded = (text: string): string =>
  text
    .split(/(\{\{\w+\}\}|⟦.*?⟧)/s)
    .map((part, index) => (index % 2 === 1 ? part : new URLSearchParams([["", part]]).toString().slice(1)))
    .join("");

/** The text of a query or form. */
const pairsOf = (pairs: readonly Header[]): string =>
  pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");

/** What a body's fields are as pairs. */
export const fieldsIn = (value: unknown): Header[] =>
  Object.entries(value ?? {}).map(([name, each]) => [name, String(each)]);

const textOf = (content: Content): string | null => {
  if (content === null) return null;
  if (content.form === "text") return content.value;
  if (content.form === "json") return jsonOf(content.value);
  return pairsOf(fieldsIn(content.value));
};

/** A log that is followed is a stream, and ends when its job does: it has no answer to be judged. */
const isStream = ([name, value]: Header): boolean => name === "follow" && value === "1";

/** A wait of more than a second: nothing ends its job, so its answer does not come soon. */
const isHeld = ([name, value]: Header): boolean => name === "wait" && Number(value) > 1;

/** The request that a draft has become. */
export const putTogether = ({
  prefix,
  segments,
  query: drawn,
  tail,
  content,
  spoil,
  ...rest
}: Draft): Sent => {
  const text = textOf(content);
  const query = drawn.filter((pair) => !isStream(pair) && !isHeld(pair));
  const asked = query.length > 0 ? `?${pairsOf(query)}` : "";
  return {
    ...rest,
    path: `${prefix}/${segments.join("/")}${asked}${tail}`,
    body: text === null ? null : spoil(text),
  };
};
