import { describe, expect, test } from "vitest";
import { repairXml } from "../../src/reports/repair.ts";
import { decodeBytes, decodeXml } from "../../src/reports/text.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, bigEndian = false) =>
  new Uint8Array(
    [...text].flatMap((letter) => {
      const code = letter.charCodeAt(0);
      return bigEndian ? [code >> 8, code & 0xff] : [code & 0xff, code >> 8];
    }),
  );

describe("A file's encoding is found by its bytes", () => {
  test.each([
    ["UTF-8", bytes("<a>ü</a>"), "<a>ü</a>"],
    ["UTF-8", bytes("\ufeff<a/>"), "<a/>"],
    ["UTF-16LE", utf16("\ufeff<a>ü</a>"), "<a>ü</a>"],
    ["UTF-16BE", utf16("\ufeff<a>ü</a>", true), "<a>ü</a>"],
    ["UTF-16LE", utf16("<a>ü</a>"), "<a>ü</a>"],
    ["UTF-16BE", utf16("<a>ü</a>", true), "<a>ü</a>"],
    ["UTF-8", bytes('<?xml version="1.0" encoding="UTF-16"?><a>ü</a>'), "ü"],
    ["UTF-8", bytes('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>'), "ü"],
    [
      "windows-1252",
      new Uint8Array([...bytes('<?xml version="1.0" encoding="ISO-8859-1"?><a>'), 0xfc, 0x80]),
      "<a>ü€",
    ],
  ])("%s, whatever its declaration says (%#)", (encoding, file, text) => {
    const decoded = decodeXml(file);
    expect(decoded).toMatchObject({ encoding, replaced: { count: 0, line: null } });
    expect(decoded.text).toContain(text);
    expect(decoded.text).not.toContain("\ufeff");
  });

  test("bytes that are no UTF-8 are replaced, and the first one's line is reported", () => {
    const file = new Uint8Array([...bytes("<a>\n\n"), 0xff, ...bytes("x"), 0xc3, ...bytes("</a>")]);
    expect(decodeXml(file)).toEqual({
      text: "<a>\n\n\ufffdx\ufffd</a>",
      encoding: "UTF-8",
      replaced: { count: 2, line: 3 },
    });
  });

  test("a table that is no UTF-8 is one of Windows' Western code page", () => {
    expect(decodeBytes(new Uint8Array([0x61, 0x2c, 0xe4]), "windows-1252").text).toBe("a,ä");
  });
});

describe("What XML forbids is replaced", () => {
  test.each([
    ["a reference to ESC", "<a>&#27;[31m</a>", "<a>\ufffd[31m</a>"],
    ["a reference to NUL", "<a>&#0;</a>", "<a>\ufffd</a>"],
    ["a hexadecimal reference", "<a b='&#x1B;'/>", "<a b='\ufffd'/>"],
    ["a padded reference", "<a>&#x0000008;</a>", "<a>\ufffd</a>"],
    ["raw ESC", "<a>\u001b[0m</a>", "<a>\ufffd[0m</a>"],
    ["NUL", "<a>\0</a>", "<a>\ufffd</a>"],
    ["a backspace", "<a>\b</a>", "<a>\ufffd</a>"],
    ["a form feed in an attribute", '<a b="\f"/>', '<a b="\ufffd"/>'],
    ["U+FFFE", "<a>\ufffe</a>", "<a>\ufffd</a>"],
    ["half a pair", "<a>\ud83dx</a>", "<a>\ufffdx</a>"],
    ["a reference to half a pair", "<a>&#xD83D;</a>", "<a>\ufffd</a>"],
    ["references to both halves", "<a>&#xD83D;&#56832;</a>", "<a>😀</a>"],
    ["a reference above all characters", "<a>&#x110000;</a>", "<a>\ufffd</a>"],
    ["a raw ]]>", "<a>x]]>y</a>", "<a>x]]&gt;y</a>"],
    ["a raw < in an attribute", '<a b="x<y"/>', '<a b="x&lt;y"/>'],
    ["ESC in CDATA", "<a><![CDATA[\u001b]]></a>", "<a><![CDATA[\ufffd]]></a>"],
    ["ESC in a comment", "<a><!--\u001b--></a>", "<a><!--\ufffd--></a>"],
    ["ESC before a tag that never ends", "\u001b<a", "\ufffd<a"],
  ])("%s", (_, text, expected) => {
    expect(repairXml(text)).toEqual({ text: expected, replaced: { count: 1, line: 1 } });
  });

  test.each([
    "<a>&#27</a>",
    "<a><![CDATA[&#27; ]] > <b ']]></a>",
    "<a b=']]>' c=\">\">&#10;&#x1F600;&amp;😀</a>",
    "<!-- &#27; ]]> -->",
    "<a>\t\r\n\ufffd</a>",
    "<a><b",
    "<![CDATA[",
  ])("and %j stays as it is", (text) => {
    expect(repairXml(text)).toEqual({ text, replaced: { count: 0, line: null } });
  });

  test("all are counted, and the line is the first one's", () => {
    const { replaced } = repairXml("<a>\n<b c='\u0001'/>&#27;\n]]>\u0002</a>");
    expect(replaced).toEqual({ count: 4, line: 2 });
  });

  test.each(["<![CDATA[x]]>", "<!--", "<![CDATA[", "&#27;", "<a b='", "\ud83d", "&#xD83D;", "<", "]]>"])(
    "in one pass: 4 million characters of %j end long before the test's time",
    (part) => {
      const text = part.repeat(Math.ceil(4_000_000 / part.length));
      expect(repairXml(text).text.length).toBeGreaterThan(0);
    },
  );
});
