import * as fc from "fast-check";
import { expect, test } from "vitest";
import { markdownOf, pictureOf, stateOf } from "../../src/badges/picture.ts";

/** Whether a text is well-formed XML of elements, attributes in double quotes, and escaped text. */
const isWellFormed = (xml: string): boolean => {
  const text = "(?:[^<>&]|&(?:amp|lt|gt|quot|#39);)*";
  const attributes = `(?: [a-zA-Z:-]+="(?:[^<>&"]|&(?:amp|lt|gt|quot|#39);)*")*`;
  const open: string[] = [];
  let rest = xml;
  while (rest !== "") {
    const [whole = "", end, name = "", empty] =
      new RegExp(`^(?:${text})<(/?)([a-z]+)${attributes}(/?)>`, "u").exec(rest) ?? [];
    if (whole === "") return false;
    if (end) {
      if (open.pop() !== name) return false;
    } else if (!empty) open.push(name);
    rest = rest.slice(whole.length);
  }
  return open.length === 0;
};

test("a badge is well-formed XML that holds no markup of its label, whatever the label is", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.constantFrom(
          '"><script>alert(1)</script>',
          "]]>&amp;",
          "\u0000\u0008\uD800\uFFFF",
          "'--><!--",
          "日本語テスト",
        ),
      ),
      (label) => {
        const picture = pictureOf(label, "passed");
        expect(isWellFormed(picture)).toBe(true);
        expect(picture).not.toMatch(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
        expect([...picture.matchAll(/<([a-z]+)/g)].map(([, name]) => name)).toEqual([
          ...["svg", "title", "g", "rect", "text", "rect", "text"],
        ]);
      },
    ),
  );
});

test("a badge is as wide as its two halves, and names its state in words", () => {
  const widths = (picture: string) =>
    [...picture.matchAll(/ width="(\d+)"/g)].map(([, width]) => Number(width));
  for (const state of ["passed", "failed", "no runs", "unknown"] as const) {
    const picture = pictureOf("nightly", state);
    const [whole = 0, left = 0, right = 0] = widths(picture);
    expect(whole).toBe(left + right);
    expect(picture).toContain(`<title>nightly: ${state}</title>`);
  }
});

test("a badge's state is that of the last end: no other status is one", () => {
  expect([stateOf("COMPLETED"), stateOf("FAILED"), stateOf(null)]).toEqual(["passed", "failed", "no runs"]);
});

test("the line for a README shows a label as it is, whatever it is in Markdown", () => {
  expect(markdownOf("a [b](c) *d* `e` \\", "https://x/y.svg")).toBe(
    "![a \\[b\\](c) \\*d\\* \\`e\\` \\\\](https://x/y.svg)",
  );
});
