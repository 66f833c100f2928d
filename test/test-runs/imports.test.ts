import { describe, expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";
import { bringIn, saidIn, summaryIn } from "./files.ts";

const send = async (file: string | Uint8Array, query = "") => {
  const world = new World();
  return bringIn(world, await world.project(), { file, options: { query } });
};

const suite = (name: string, inner: string) => `<testsuite name="${name}">${inner}</testsuite>`;
const cases = (...names: string[]) => names.map((name) => `<testcase name="${name}"/>`).join("");

describe("One character that XML forbids does not refuse a report", () => {
  const failed = (text: string) =>
    `<testsuites>\n<testsuite>\n<testcase name="a"/>\n<testcase name="x"><failure>${text}</failure></testcase></testsuite></testsuites>`;
  test.each([
    ["&#27;[31mred&#27;[0m", 2],
    ["\u001b[31mred", 1],
    ["\0", 1],
    ["\b\f", 2],
    ["\ufffe", 1],
    ["&#xD83D;", 1],
    ["x ]]> y", 1],
  ])("%j: it is replaced, and the answer says how many and where", async (text, count) => {
    const answer = await send(failed(text));
    expect(saidIn(answer)).toEqual([
      ["a", "a"],
      ["x", "x"],
    ]);
    expect(summaryIn(answer)).toMatchObject({ replaced: { count, line: 4 } });
  });

  test("the name of a test keeps a mark for each, and the answer stays a header's ASCII", async () => {
    const answer = await send(suite("ü", `<testcase name="&#27;x"/><testcase name="&#27;x"/>`));
    expect(saidIn(answer, 200)).toEqual([["\ufffdx", "ü.\ufffdx"]]);
    expect(answer.headers.get("Import-Summary")).toMatch(/^[\x20-\x7e]+$/);
    expect(summaryIn(answer).merged).toEqual([
      { automation_content: "ü.\ufffdx", cases: [1, 2], differ_in: [] },
    ]);
  });
});

describe("The encoding is the bytes' own", () => {
  const text = (encoding: string) =>
    `<?xml version="1.0" encoding="${encoding}"?><testsuite><testcase name="ü"/></testsuite>`;
  const units = (written: string) =>
    new Uint8Array(
      [...written].flatMap((letter) => [letter.charCodeAt(0) & 0xff, letter.charCodeAt(0) >> 8]),
    );
  test.each([
    ["UTF-8 that says ISO-8859-1", text("ISO-8859-1")],
    ["UTF-8 that says UTF-16", text("UTF-16")],
    ["UTF-16 with a mark", units(`\ufeff${text("UTF-16")}`)],
    ["UTF-16 with a mark that says UTF-8", units(`\ufeff${text("UTF-8")}`)],
    ["ISO-8859-1", new Uint8Array([...text("ISO-8859-1")].map((letter) => letter.charCodeAt(0)))],
  ])("%s is read", async (_, file) => {
    expect(saidIn(await send(file))).toEqual([["ü", "ü"]]);
  });

  test("whatever the Content-Type says of it", async () => {
    const world = new World();
    const type = "application/xml; charset=iso-8859-1";
    expect(
      saidIn(await bringIn(world, await world.project(), { file: text("UTF-8"), options: { type } })),
    ).toEqual([["ü", "ü"]]);
  });
});

describe("Cases that differ in something beside their name alone", () => {
  test("have their suites before the name where they have no class, or one that says nothing", async () => {
    const node20 = ["outer", "other"].map((name) =>
      suite(name, '<testcase classname="test" name="a"/><testcase classname="test" name="b"/>'),
    );
    expect(saidIn(await send(`<testsuites>${node20.join("")}<!-- tests 4 --></testsuites>`))).toEqual([
      ["a", "outer.a"],
      ["b", "outer.b"],
      ["a", "other.a"],
      ["b", "other.b"],
    ]);
    const erlang = `<testcase group="" name="init_per_suite"/><testcase group="g" name="x"/><testcase group="h" name="x"/>`;
    const answer = await send(suite("a_SUITE", erlang));
    expect(saidIn(answer)).toEqual([
      ["x", "a_SUITE.g.x"],
      ["x", "a_SUITE.h.x"],
    ]);
    expect(summaryIn(answer)).toMatchObject({ tool: "common-test", cases: 3, left_out_cases: 1 });
  });

  test.each([
    ["suite", "<testsuite name='A'>CASE</testsuite><testsuite name='B'>CASE</testsuite>", "{suite} {name}"],
    [
      "package",
      "<testsuite package='A'>CASE</testsuite><testsuite package='B'>CASE</testsuite>",
      "{package} {name}",
    ],
    [
      "hostname",
      "<testsuite hostname='A'>CASE</testsuite><testsuite hostname='B'>CASE</testsuite>",
      "{hostname} {name}",
    ],
    ["file", "<testsuite file='A'>CASE</testsuite><testsuite file='B'>CASE</testsuite>", "{file} {name}"],
  ])(
    "are one by default where it is their %s, a 200 says so, and a template makes them several",
    async (field, xml, template) => {
      const file = `<testsuites>${xml.replaceAll("CASE", '<testcase classname="c" name="x"/>')}</testsuites>`;
      const answer = await send(file);
      expect(saidIn(answer, 200)).toEqual([["x", "c.x"]]);
      expect(summaryIn(answer)).toMatchObject({
        cases: 2,
        test_runs: 1,
        merged_cases: 1,
        merged: [{ automation_content: "c.x", cases: [1, 2], differ_in: [field] }],
      });
      expect(saidIn(await send(file, `?content=${encodeURIComponent(template)}`))).toEqual([
        ["x", "A x"],
        ["x", "B x"],
      ]);
    },
  );

  test("such as their line are reported too", async () => {
    const file = suite(
      "s",
      '<testcase classname="c" name="x" line="3"/><testcase classname="c" name="x" line="7"/>',
    );
    expect(summaryIn(await send(file)).merged).toMatchObject([{ differ_in: ["line"] }]);
    const query = `?content=${encodeURIComponent("{classname}:{line}")}`;
    expect(saidIn(await send(file, query)).map(([, content]) => content)).toEqual(["c:3", "c:7"]);
  });
});

test("?content= takes a tool's name, or finds the tool by the report's form", async () => {
  const vitest = `<testsuites name="vitest tests">${suite("a.js", '<testcase classname="a.js" name="o &gt; x"/>')}</testsuites>`;
  for (const content of ["vitest", "tool"]) {
    expect(saidIn(await send(vitest, `?content=${content}`))).toEqual([["o > x", "a.js > o > x"]]);
  }
  expect(saidIn(await send(vitest, "?content=surefire"))).toEqual([["o > x", "a.js#o > x"]]);
  const nobodys = refusalIn(await send(suite("s", cases("x")), "?content=tool"), 400);
  expect(nobodys.message).toContain("no tool's own form shows in this report; name the tool");
  const template = refusalIn(await send(suite("s", cases("x")), "?content={nam}"), 400);
  expect(template.message).toBe(
    "content has no field {nam}; the fields are {suite} {classname} {name} {file} {package} {hostname} {line}",
  );
});

test("Hooks, files and errors of loading are left out, which the answer says; nothing was lost", async () => {
  const file = `<testsuites name="vitest tests">${suite(
    "a.js",
    `<testcase classname="a.js" name="o &gt; x"/>\n<testcase classname="a.js" name="a.js"><failure/></testcase>`,
  )}</testsuites>`;
  const answer = await send(file);
  expect(saidIn(answer)).toEqual([["o > x", "a.js.o > x"]]);
  expect(summaryIn(answer)).toMatchObject({
    left_out_cases: 1,
    left_out: [{ case: 2, line: 2, name: "a.js", why: "file" }],
  });
});

test("A nameless case does not refuse the rest, and a 200 says that it is missing", async () => {
  const answer = await send(suite("s", `<testcase name="" classname=""/><testcase name="x" classname="A"/>`));
  expect(saidIn(answer, 200)).toEqual([["x", "A.x"]]);
  expect(summaryIn(answer).left_out).toEqual([{ case: 1, line: 1, name: "", why: "nameless" }]);
});

describe("A report without tests", () => {
  const empty = '<testsuites name="vitest tests" tests="0"/>';
  test("is a 400 that says which tool's form it has, and how it is taken", async () => {
    expect(refusalIn(await send(empty), 400).message).toContain(
      "there is no <testcase> in a <testsuites> or <testsuite> of this, a report of vitest; ?allow_empty=true takes it",
    );
    expect(refusalIn(await send("<testsuites/>"), 400).message).toContain("no tool's form shows");
    const hooks =
      '<testsuites name="bun test"><testsuite><testcase name="(unnamed)"><failure/></testcase></testsuite></testsuites>';
    expect(refusalIn(await send(hooks), 400).message).toContain(
      "must have tests: all 1 cases of this, a report of bun, are hooks, files or errors of loading",
    );
  });

  test("is a 200 with an empty list where ?allow_empty=true", async () => {
    const answer = await send(empty, "?allow_empty=true");
    expect(answer).toMatchObject({ status: 200, body: [] });
    expect(summaryIn(answer)).toMatchObject({ tool: "vitest", cases: 0, test_runs: 0 });
    expect(refusalIn(await send(empty, "?allow_empty=yes"), 400).message).toContain(
      "allow_empty must be true",
    );
    const world = new World();
    refusalIn(
      await bringIn(world, 999_999_999, { file: empty, options: { query: "?allow_empty=true" } }),
      404,
    );
  });

  test("that is Check's own XML is called so", async () => {
    const check =
      '<testsuites xmlns="http://check.sourceforge.net/ns"><suite><title>s</title></suite></testsuites>';
    expect(refusalIn(await send(check, "?allow_empty=true"), 400).message).toContain("not Check's own XML");
  });
});

test("The header stays small however many cases are merged or left out", async () => {
  const long = "x".repeat(900);
  const many = Array.from(
    { length: 300 },
    (_, at) => `${`<testcase name="${at}${long}"/>`.repeat(2)}<testcase/>`,
  );
  const answer = await send(suite("s", many.join("")));
  expect(summaryIn(answer)).toMatchObject({
    cases: 900,
    test_runs: 300,
    merged_cases: 300,
    left_out_cases: 300,
  });
  expect(answer.headers.get("Import-Summary")?.length).toBeLessThan(4000);
});
