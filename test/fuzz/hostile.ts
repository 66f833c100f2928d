import fc from "fast-check";
import { METHODS } from "./almost-valid.ts";
import { ENCODINGS, type Encoding } from "./encodings.ts";
import { fieldsIn } from "./requests.ts";
import {
  inBody,
  inPath,
  inQuery,
  inSegments,
  oneOf,
  place,
  somewhere,
  spoiled,
  type Worse,
  withHeader,
} from "./spoil.ts";
import { raw, withStrings } from "./trees.ts";
import { repeated } from "./values.ts";

const SQL = [
  "' OR '1'='1",
  "'; DROP TABLE jobs; --",
  '" OR ""="',
  "1); DELETE FROM tokens; --",
  "' UNION SELECT digest FROM tokens --",
  "%' ESCAPE '!",
  "?1 :a @b $c",
  "json_each('[1]')",
];
const HTML = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "<!--",
  "]]>",
  "&lt;&#0;&bogus;",
  "javascript:alert(1)",
];
const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "then",
  "toJSON",
  "length",
];
const ODD = [
  "\0",
  "a\0b",
  "\ud800",
  "\udc00x",
  "\u202e",
  "\ufeff",
  "\u2028",
  "\r\nSet-Cookie: a=b",
  "#{7*7}",
  "../../etc/passwd",
  "NaN",
  "Infinity",
  "-0",
  "null",
  "undefined",
  "[object Object]",
  "e\u0301".repeat(50),
  "\u{1f9d1}\u200d\u{1f4bb}",
  repeated(70_000, "x"),
  repeated(300, "\u{1f600}"),
];
const STRINGS = [...SQL, ...HTML, ...NAMES, ...ODD];

const JSONS = [
  "1e308",
  "1e999",
  "-1e999",
  "-0",
  "0.1e-400",
  repeated(400, "9"),
  `-${repeated(5000, "9")}`,
  "9007199254740993",
  "NaN",
  "Infinity",
  "undefined",
  "0x10",
  "01",
  "'a'",
  '"\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":1,"valueOf":2,"toJSON":3}',
  '{"a":1,"a":2}',
  '{"length":4294967296}',
  '{"then":{}}',
  `${repeated(3000, "[")}${repeated(3000, "]")}`,
  `${repeated(3000, '{"a":')}1${repeated(3000, "}")}`,
  repeated(100_000, "["),
  `[${repeated(20_000, "0,")}0]`,
  `[${repeated(6000, "{},")}{}]`,
];

const BODIES = [
  "",
  " ",
  "\0",
  "null",
  "0",
  '"x"',
  "[]",
  "[[]]",
  "{}",
  "<a>",
  `${repeated(100_000, "[")}`,
  `${repeated(50_000, '{"a":')}`,
  `"${repeated(1_048_577, "x")}"`,
  `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "${repeated(1000, "b")}"><!ENTITY c "&b;&b;&b;&b;">]><testsuite name="&c;"/>`,
  '<!DOCTYPE a SYSTEM "file:///etc/passwd"><testsuite/>',
  `<testsuites>${repeated(20_000, "<testsuite>")}`,
  `<testsuite>${repeated(6000, "<testcase name='n'/>")}</testsuite>`,
  "<testsuite><testcase name='__proto__' classname='constructor'/></testsuite>",
  "<testsuite xmlns:a='b'><a:testcase a:name='x'/><testcase name='&#xD800;'/></testsuite>",
  '<?xml version="1.0" encoding="UTF-16"?><testsuite/>',
  "test_case_name,automation_content\n__proto__,constructor\n",
  'test_case_name,automation_content\n"never closed,x\n',
  "test_case_name,test_case_name\nx,y\n",
  `test_case_name,automation_content${repeated(20_000, ",x")}\n`,
  `test_case_name,automation_content\n${repeated(5001, "x,y\n")}`,
  "test_case_name,automation_content,test_run_id\nx,y,1e400\n=1+1,@x,-1\n",
  "grant_type=password&grant_type=refresh_token&__proto__=x",
  "%zz=%&%00=%00&&=&=x",
  `grant_type=${repeated(20_000, "%41")}`,
];

const SEGMENTS = [
  "%",
  "%zz",
  "%00",
  "%0A",
  "%0d%0a",
  "%ff",
  "%ED%A0%80",
  "%C0%AF",
  "%2e%2e",
  "..",
  "..%2f",
  "%2F",
  "%5c",
  ";",
  "%3f",
  "%23",
  "*",
  ":host",
  "%7Bhost%7D",
  "\u2028",
  "\u00e9",
  "1%20OR%201=1",
  "1'--",
  "1e308",
  "-0",
  "NaN",
  "Infinity",
  "9".repeat(30),
  repeated(9000, "a"),
  repeated(3000, "%41"),
  repeated(500, "/.."),
  ...NAMES,
];

const TAILS = [
  "?%",
  "?%zz=%zz",
  "?limit=%ff&after=%00",
  "?limit[]=1&limit[a]=2",
  "?__proto__=1&constructor=2&constructor[prototype][a]=3",
  "?a=1&a=2&limit=1&limit=2&limit=x",
  "?&&&=&=1&limit",
  "?limit=1&amp;after=2",
  "?after=1?limit=2#x",
  "/",
  "//",
  "/.",
  "/..",
  ";a=b",
  "%0A",
  "#",
  `?${repeated(2000, "a=1&")}`,
  `?limit=${repeated(9000, "1")}`,
];

const HEADERS: [string, string][] = [
  ["Authorization", "Bearer"],
  ["Authorization", "Bearer  "],
  ["Authorization", "Basic c2l0ZTo="],
  ["Authorization", "Basic ////"],
  ["Authorization", "Basic bm90IGEgbmFtZTpub3QgYSBzZWNyZXQ="],
  ["Authorization", "Bearer \u00e9"],
  ["Authorization", `Bearer ${repeated(9000, "a")}`],
  ["Authorization", `Bearer muster_admin_${repeated(72, "0")}`],
  ["Authorization", "Bearer ' OR 1=1 --"],
  ["Authorization", "Digest username=x"],
  ["Content-Length", "-1"],
  ["Content-Length", "1e99"],
  ["Content-Length", "x"],
  ["Content-Length", "99999999999"],
  ["Content-Type", ""],
  ["Content-Type", 'application/json; charset=""'],
  ["Content-Type", "text/csv; charset=__proto__"],
  ["Content-Type", repeated(9000, "a")],
  ["Content-Type", "__proto__"],
  ["Content-Encoding", "gzip"],
  ["Transfer-Encoding", "chunked"],
  ["Idempotency-Key", "' OR 1=1 --"],
  ["Idempotency-Key", "\u00e9\u65e5"],
  ["Idempotency-Key", "__proto__"],
  ["x-qtest-nonce", repeated(9000, "a")],
  ["Lease-Owner", "__proto__"],
  ["Lease-Owner", "\u65e5\u672c"],
  ["CF-Connecting-IP", "' OR 1=1 --"],
  ["CF-Connecting-IP", repeated(9000, "1")],
  ["X-HTTP-Method-Override", "DELETE"],
  ["x-request-id", "<script>"],
  ["Origin", "null"],
  ["Range", "bytes=0-"],
  ["If-None-Match", "*"],
  ["Expect", "100-continue"],
  ["__proto__", "x"],
  ["constructor", "x"],
];

/** Methods that hardly anyone sends; the platform itself refuses names that it does not know. */
const UNUSUAL = [...METHODS, "TRACE", "QUERY", "PURGE", "PROPFIND", "LOCK", "COPY", "MKCOL", "REPORT"];

const everyString =
  (text: string): Worse =>
  (draft) => ({
    ...draft,
    content:
      draft.content && draft.content.form !== "text"
        ? { ...draft.content, value: withStrings(draft.content.value, () => text) }
        : draft.content,
    query: draft.query.map(([name]) => [name, text]),
  });

/** The first field of the body stands in it once more. */
const twice = (json: string) =>
  spoiled((text) =>
    text.replace(/^\{("[^"]*"):/, (start, name: string) => `{${name}:${json},${start.slice(1)}`),
  );

const withField = (name: string, json: string) =>
  spoiled((text) => text.replace(/^\{/, `{"${name}":${json},`));

/** Fields in the query that belong in the body. */
const inTheQuery: Worse = (draft) => ({
  ...draft,
  query: [...draft.query, ...fieldsIn(draft.content?.value)],
});

const one: fc.Arbitrary<Worse> = fc.oneof(
  { weight: 5, arbitrary: oneOf(STRINGS, everyString) },
  { weight: 4, arbitrary: somewhere(STRINGS, (where, text) => inBody(where, () => text)) },
  { weight: 6, arbitrary: somewhere(JSONS, (where, json) => inBody(where, () => raw(json))) },
  {
    weight: 2,
    arbitrary: fc.tuple(place, fc.jsonValue()).map(([where, value]) => inBody(where, () => value)),
  },
  { weight: 2, arbitrary: place.map((where) => inBody(where, (old) => [old])) },
  { weight: 4, arbitrary: oneOf(BODIES, (body) => spoiled(() => body)) },
  { weight: 2, arbitrary: oneOf(JSONS, twice) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...JSONS))
      .map(([name, json]) => withField(name, json)),
  },
  { weight: 4, arbitrary: somewhere(SEGMENTS, inPath) },
  { weight: 2, arbitrary: somewhere(SEGMENTS, (where, segment) => inSegments(where, () => segment)) },
  { weight: 1, arbitrary: place.map((where) => inSegments(where, (old) => old.toUpperCase())) },
  { weight: 3, arbitrary: somewhere(STRINGS, (where, text) => inQuery(where, (name) => [[name, text]])) },
  { weight: 3, arbitrary: oneOf(TAILS, (tail) => (draft) => ({ ...draft, tail })) },
  { weight: 4, arbitrary: oneOf(HEADERS, ([name, value]) => withHeader(name, value)) },
  { weight: 2, arbitrary: oneOf(UNUSUAL, (method) => (draft) => ({ ...draft, method })) },
  {
    weight: 2,
    arbitrary: oneOf<Encoding>(ENCODINGS, (encoding) => (draft) => ({ ...draft, encoding })),
  },
  { weight: 1, arbitrary: fc.constant(inTheQuery) },
);

/** One to three things that no honest client sends. */
export const hostile: fc.Arbitrary<Worse> = fc
  .array(one, { minLength: 1, maxLength: 3 })
  .map((all) => (draft) => all.reduce((worse, make) => make(worse), draft));
