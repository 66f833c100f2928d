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
/** Names out of a prototype. */
export const NAMES = [
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
/** Texts that one interpreter or another takes for more than text. */
export const STRINGS = [...SQL, ...HTML, ...NAMES, ...ODD];
