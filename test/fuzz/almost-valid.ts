import fc from "fast-check";
import { ENCODINGS, type Encoding } from "./encodings.ts";
import { TOKENS } from "./requests.ts";
import {
  inBody,
  inPath,
  inQuery,
  oneOf,
  place,
  somewhere,
  spoiled,
  type Worse,
  withHeader,
} from "./spoil.ts";
import { raw } from "./trees.ts";
import { mark, repeated } from "./values.ts";

/** Methods that the platform lets through; the last ones no route has. */
export const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"];

const WRONG_VALUES: unknown[] = [
  undefined,
  null,
  "",
  "   ",
  "1",
  0,
  -1,
  1.5,
  1e12 + 1,
  2 ** 53,
  true,
  [],
  {},
  [null],
  repeated(256, "x"),
  repeated(4001, "y"),
  "2026-02-30T10:00:00Z",
  "2026-03-02T10:00:00",
  mark("other_project"),
  mark("other_agent"),
  mark("other_host"),
  mark("other_guid"),
  mark("other_run"),
  mark("former_agent"),
  mark("former_guid"),
  raw("1.0"),
  raw("1e0"),
];

const WRONG_IDS = [
  mark("other_project"),
  mark("other_host"),
  mark("other_agent"),
  mark("other_schedule"),
  mark("other_job"),
  mark("other_token"),
  mark("other_lease"),
  mark("former_host"),
  mark("former_agent"),
  mark("former_schedule"),
  mark("former_token"),
  "1",
  "0",
  "-1",
  "01",
  "1.0",
  "+1",
  "999999999999",
  "999999999999999",
  "9007199254740993",
  "abc",
  "%20",
  "",
];

const WRONG_QUERIES = [
  "",
  "0",
  "-1",
  "1001",
  "1.5",
  "1e3",
  "true",
  "soon",
  " ",
  "9007199254740993",
  "2026-03-02",
];

const CONTENT_TYPES = [
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/plain",
  "application/json; charset=utf-16",
  "application/xml",
  "text/csv",
  "text/csv; charset=latin1",
  "application/json, application/json",
  "APPLICATION/JSON",
  "nothing",
];

/** One thing wrong. */
export const nearlyGood: fc.Arbitrary<Worse> = fc.oneof(
  { weight: 6, arbitrary: somewhere(WRONG_VALUES, (where, value) => inBody(where, () => value)) },
  { weight: 4, arbitrary: somewhere(WRONG_IDS, inPath) },
  {
    weight: 3,
    arbitrary: somewhere(WRONG_QUERIES, (where, value) => inQuery(where, (name) => [[name, value]])),
  },
  { weight: 1, arbitrary: place.map((where) => inQuery(where, () => [])) },
  {
    weight: 1,
    arbitrary: place.map((where) =>
      inQuery(where, (name, value) => [
        [name, value],
        [name, "2"],
      ]),
    ),
  },
  { weight: 1, arbitrary: place.map((where) => inQuery(where, (name, value) => [[`${name}[]`, value]])) },
  { weight: 3, arbitrary: oneOf(TOKENS, (token) => (draft) => ({ ...draft, token })) },
  {
    weight: 1,
    arbitrary: oneOf(["Basic ", "Token ", "Bearer", "Bearer Bearer "], (scheme) => (draft) => ({
      ...draft,
      scheme,
    })),
  },
  { weight: 2, arbitrary: oneOf(METHODS, (method) => (draft) => ({ ...draft, method })) },
  { weight: 2, arbitrary: oneOf(CONTENT_TYPES, (type) => withHeader("Content-Type", type)) },
  {
    weight: 1,
    arbitrary: oneOf<Encoding>(ENCODINGS, (encoding) => (draft) => ({ ...draft, encoding })),
  },
  {
    weight: 1,
    arbitrary: oneOf(["Idempotency-Key", "Lease-Owner"], (name) => withHeader(name, repeated(256, "k"))),
  },
  { weight: 1, arbitrary: oneOf(["x", "}", "\n", "\0", "&a=b"], (more) => spoiled((text) => text + more)) },
  { weight: 1, arbitrary: place.map((cut) => spoiled((text) => text.slice(0, cut % (text.length + 1)))) },
);
