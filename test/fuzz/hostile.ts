import fc from "fast-check";
import { METHODS } from "./almost-valid.ts";
import { ENCODINGS, type Encoding } from "./encodings.ts";
import { SEGMENTS, TAILS } from "./hostile-addresses.ts";
import { BODIES, JSONS } from "./hostile-bodies.ts";
import { HEADERS } from "./hostile-headers.ts";
import { NAMES, STRINGS } from "./hostile-strings.ts";
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
