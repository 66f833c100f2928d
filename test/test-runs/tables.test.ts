import { expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";
import { bringIn, runsIn, saidIn } from "./files.ts";

const type = "text/csv; charset=utf-8";

const bring = async (csv: string | Uint8Array) => {
  const world = new World();
  return bringIn(world, await world.project(), { file: csv, options: { type } });
};

test("A table's columns come in any order, and unknown ones are ignored", async () => {
  const answer = await bring(
    [
      "owner, automation_content ,test_case_version_id,test_case_name,test_run_id,test_case_id",
      "ann,groovy.GebLogin,20372,Login,6691,18893",
      "bob,groovy.GebLogout,,Logout,, ",
      "",
    ].join("\n"),
  );
  expect(runsIn(answer)).toEqual([
    {
      test_run_id: 6691,
      test_case_id: 18893,
      test_case_name: "Login",
      test_case_version_id: 20372,
      automation_content: "groovy.GebLogin",
    },
    {
      test_run_id: 6693,
      test_case_id: 18895,
      test_case_name: "Logout",
      test_case_version_id: 20374,
      automation_content: "groovy.GebLogout",
    },
  ]);
});

const HEADER = "test_case_name,automation_content";

test.each([
  ["line feeds", `${HEADER}\na,b\nc,d\n`],
  ["carriage returns with them", `${HEADER}\r\na,b\r\nc,d\r\n`],
  ["carriage returns alone", `${HEADER}\ra,b\rc,d`],
  ["a byte order mark", `\ufeff${HEADER}\na,b\nc,d`],
  ["a byte order mark and quotes", `\ufeff"test_case_name","automation_content"\n"a","b"\n"c","d"`],
  ["empty lines", `\n${HEADER}\n\na,b\n\r\n  \nc,d\n\n`],
  ["lines of only commas", `,,\n${HEADER}\n,\na,b\n , ,,,\nc,d\n,\n`],
  ["semicolons", `${HEADER.replace(",", ";")}\na;b\nc;d`],
  ["tabs", `${HEADER.replace(",", "\t")}\na\tb\nc\td`],
  ["semicolons that its first line names", `sep=;\r\n${HEADER.replace(",", ";")}\r\na;b\r\nc;d`],
  ["commas that its first line names", `"sep=,"\n${HEADER}\na,b\nc,d`],
  ["tabs and quotes", `"test_case_name"\t"automation_content"\n"a"\t"b"\n"c"\t"d"`],
  ["a comma at each line's end", `${HEADER},\na,b,\nc,d,`],
  ["a comma at the rows' end alone", `${HEADER}\na,b,\nc,d,`],
  ["the same row twice", `${HEADER}\na,b\nc,d\na,b`],
])("A table with %s is read", async (_, csv) => {
  expect(saidIn(await bring(csv))).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("A quoted cell holds commas, quotes and new lines as they are", async () => {
  const csv = `${HEADER}\r\n"a, ""b""","c\r\nd"\n"""","e,"\n`;
  expect(saidIn(await bring(csv))).toEqual([
    ['a, "b"', "c\r\nd"],
    ['"', "e,"],
  ]);
});

test.each([
  [
    "test_case_name\na",
    "line 1 must name the columns, with commas, semicolons or tabs between: there is no column automation_content",
  ],
  ["test_case_name|automation_content\na|b", "no column test_case_name, automation_content"],
  [`sep=|\n${HEADER}\na,b`, "line 1 names a separator that is none of comma, semicolon and tab"],
  [`sep=;\ntest_case_name;automation_content\na;`, "line 3, column automation_content must be a string"],
  [
    `${HEADER},test_case_name\na,b,c`,
    "line 1 must name each column once: column test_case_name is there twice",
  ],
  [HEADER, "body has no line under the one of the columns"],
  [`${HEADER}\na,b\nc`, "line 3, column automation_content must be a string of 1 to 4000 characters"],
  [`${HEADER}\n"a\nb",c\n ,d`, "line 4, column test_case_name must be a string of 1 to 255 characters"],
  [`${HEADER}\na,b,c`, "line 2 column 3 is one more than the first line names"],
  [`${HEADER}\na,"b`, "line 2 column 2 has a quote that is never closed"],
  [`${HEADER}\na,"b"c`, "line 2 column 2 has text after its closing quote"],
  [`${HEADER}\na,b"c`, 'line 2 column 2 has a quote inside: quote the cell, and write "" for it'],
  [`${HEADER},test_run_id\na,b,1\nc,d,two`, "line 3, column test_run_id must be a whole number from 1"],
  [`${HEADER},test_case_id\na,b,0`, "line 2, column test_case_id must be a whole number from 1"],
  [`${HEADER},test_case_version_id\na,b,1e3`, "line 2, column test_case_version_id must be a whole number"],
  [`${HEADER}\n${"a,b\n".repeat(5001)}`, "more than 5000 test runs"],
])("A table that begins %j is a 400 that names the line and the column", async (csv, message) => {
  expect(refusalIn(await bring(csv), 400).message).toContain(message);
});

test("A table that is wrong in many cells is answered with each, up to a hundred", async () => {
  const refusal = refusalIn(await bring(`${HEADER}\n${"a,\n".repeat(300)}`), 400);
  expect(refusal.errors).toHaveLength(100);
  expect(refusal.errors?.[2]?.field).toBe("line 4, column automation_content");
});

test("A table brought in again doubles nothing; a row with its id is that run, whatever its name", async () => {
  const world = new World();
  const projectId = await world.project();
  const send = (csv: string) => bringIn(world, projectId, { file: csv, options: { type } });
  const first = await send(`${HEADER}\na,b\nc,d`);
  expect((await send(`${HEADER}\na,b\nc,d`)).text).toBe(first.text);
  const [renamed, kept] = runsIn(await send(`${HEADER},test_run_id\nz,b,1\nc,d,`));
  expect(renamed).toMatchObject({ test_run_id: 1, test_case_id: 1, test_case_name: "z" });
  expect(kept).toEqual(runsIn(first)[1]);
});

test("A table that has an id twice leaves that run as its last row says", async () => {
  const answer = await bring(`${HEADER},test_run_id\na,b,5\nc,d,5`);
  expect(runsIn(answer).map(({ test_run_id, test_case_name }) => [test_run_id, test_case_name])).toEqual([
    [5, "c"],
    [5, "c"],
  ]);
});

test.each([
  ["12345.0", 12345],
  ["12345.00", 12345],
  ["12345,0", 12345],
  ["12345.", 12345],
])("An id that a spreadsheet wrote as %s is that whole number", async (cell, id) => {
  const csv = `${HEADER};test_run_id`.replace(",", ";");
  expect(runsIn(await bring(`${csv}\na;b;${cell}`))).toMatchObject([{ test_run_id: id }]);
});

test.each(["12.5", "12,000", "12.000", "1.2E+05"])(
  "An id written as %s could be another number, and is a 400",
  async (cell) => {
    const csv = `${HEADER};test_run_id`.replace(",", ";");
    const { message } = refusalIn(await bring(`${csv}\na;b;${cell}`), 400);
    expect(message).toContain("line 2, column test_run_id must be a whole number");
  },
);

test.each([
  ["cp1252", new Uint8Array([...`${HEADER}\n\u00e4,b`].map((letter) => letter.charCodeAt(0)))],
  [
    "UTF-16 with a mark",
    new Uint8Array(
      [...`\ufeff${HEADER}\n\u00e4,b`].flatMap((letter) => [
        letter.charCodeAt(0) & 0xff,
        letter.charCodeAt(0) >> 8,
      ]),
    ),
  ],
])("A table in %s is read", async (_, csv) => {
  expect(saidIn(await bring(csv))).toEqual([["ä", "b"]]);
});
