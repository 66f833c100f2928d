import { fill, type Hostile, LIMIT } from "./hostile-file.ts";

export const report = (inner: string) => `<testsuite>${inner}</testsuite>`;

const laughs = [..."bcdefghij"]
  .map((name, at) => `<!ENTITY ${name} "${`&${"abcdefghi"[at]};`.repeat(10)}">`)
  .join("");

/** Hostile files that are XML, or are taken for it. */
export const HOSTILE_XML: Record<string, Hostile> = {
  "a billion laughs": [
    () => `<!DOCTYPE x [<!ENTITY a "ha">${laughs}]>${report('<testcase name="&j;"/>')}`,
    "must have no <!DOCTYPE>",
  ],
  "an external entity": [
    () => `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${report('<testcase name="&a;"/>')}`,
    "must have no <!DOCTYPE>",
  ],
  "an external DTD": [
    () => `<!DOCTYPE testsuite SYSTEM "http://example.com/x.dtd">${report("")}`,
    "must have no <!DOCTYPE>",
  ],
  "an entity of its own": [() => report('<testcase name="&own;"/>'), "undefined entity (line 1"],
  "an entity called as a prototype's part": [
    () => report('<testcase name="&constructor;&__proto__;"/>'),
    "undefined entity (line 1",
  ],
  "an unclosed tag": [() => `<testsuites>${report('<testcase name="x">')}`, "well-formed XML: unexpected"],
  "an end that is missing": [() => '<testsuite>\n<testcase name="x"/>', "unclosed tag: testsuite (line 2"],
  "an attribute twice": [() => report('<testcase name="x" name="y"/>'), "duplicate attribute: name"],
  "an attribute without quotes": [() => report("<testcase name=x/>"), "unquoted attribute value"],
  "two roots": [() => report('<testcase name="x"/>') + report(""), "one root"],
  "100,000 levels": [() => "<testsuite>".repeat(100_000), "at most 100 elements within each other (line 1)"],
  "100,000 levels, closed": [
    () => "<testsuite>".repeat(100_000) + "</testsuite>".repeat(100_000),
    "at most 100 elements within each other",
  ],
  "a huge attribute": [
    (limit) => fill(limit, '<testsuite><testcase name="', { part: "x", after: '"/></testsuite>' }),
    "automation_content must be a string of 1 to 4000 characters",
  ],
  "a huge name of an element": [(limit) => fill(limit, "<", { part: "x" }), "its root is <xxx"],
  "a huge name of an unclosed element": [
    (limit) => fill(limit, "<", { part: "x", after: ">" }),
    "its root is <xxx",
  ],
  "attributes without end": [
    () => `<testsuite ${Array.from({ length: 500_000 }, (_, at) => `a${at}="" `).join("")}/>`.slice(0, LIMIT),
    "at most 100 attributes in one tag",
  ],
  "elements without end": [
    (limit) => fill(limit, "<testsuite>", { part: "<a/>", after: "</testsuite>" }),
    "at most 500000 elements",
  ],
  "one case without end": [
    (limit) => fill(limit, "<testsuite>", { part: '<testcase name="x"/>', after: "</testsuite>" }),
    "at most 50000 test cases",
  ],
  "a comment without end": [(limit) => fill(limit, "<!--", { part: "x" }), "well-formed XML"],
  "a DOCTYPE without end": [(limit) => fill(limit, "<!DOCTYPE x ", { part: "[" }), "well-formed XML"],
  "character references without end": [
    (limit) => fill(limit, "<testsuite>", { part: "&#65;", after: "</testsuite>" }),
    "at most 600000 references",
  ],
  "NUL in an element's name": [() => report("<test\0case/>"), "no <testcase>"],
  "a reference that never ends": [
    () => report('<testcase name="&#0"/>'),
    "must be a JUnit report in well-formed",
  ],
  "bytes that are no text": [() => new Uint8Array([0x3c, 0xff, 0xfe, 0x3e]), "its root is <"],
  "UTF-16 without a case": [
    () => new Uint8Array([0xff, 0xfe, ...[...report("")].flatMap((letter) => [letter.charCodeAt(0), 0])]),
    "no <testcase> in a",
  ],
  "forbidden references without end": [
    (limit) => fill(limit, "<testsuite>", { part: "&#0;", after: "</testsuite>" }),
    "no <testcase>",
  ],
  "sections without end": [
    (limit) => fill(limit, "<testsuite>", { part: "<![CDATA[\0]]>", after: "</testsuite>" }),
    "no <testcase>",
  ],
  "8 MiB of <": [(limit) => "<".repeat(limit), "its root is <<<"],
  "8 MiB of >": [
    (limit) => fill(limit, "<testsuite>", { part: ">", after: "</testsuite>" }),
    "no <testcase>",
  ],
  "8 MiB of spaces": [(limit) => " ".repeat(limit), "it is empty"],
  nothing: [() => "", "it is empty"],
  JSON: [() => '[{"test_case_name":"x"}]', "must be a test report (JUnit XML,"],
  "a page": [() => "<html><body/></html>", "its root is <html>"],
  "a root called as a prototype's part": [() => "<__proto__/>", "its root is <__proto__>"],
  "a report with no case": [() => `<testsuites>${report("")}</testsuites>`, "no <testcase> in a"],
  "a case outside a suite": [
    () => report('<properties><testcase name="x"/></properties>'),
    "no <testcase> in a",
  ],
  "5,001 cases": [
    () => report(Array.from({ length: 5001 }, (_, at) => `<testcase name="x${at}"/>`).join("")),
    "more than 5000 test runs: send it in parts",
  ],
  "cases too long together": [
    () =>
      report(Array.from({ length: 500 }, (_, at) => `<testcase name="${at}${"x".repeat(3000)}"/>`).join("")),
    "at most 1048576 at once: send it in parts",
  ],
};
