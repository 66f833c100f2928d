import type { JobStatus } from "../database/enums.ts";

/** What a badge says of its schedule: how its last run ended, that none has, or that there is no such badge. */
export type BadgeState = "passed" | "failed" | "no runs" | "unknown";

export const stateOf = (lastEnd: JobStatus | null): BadgeState =>
  lastEnd === "COMPLETED" ? "passed" : lastEnd === "FAILED" ? "failed" : "no runs";

/** White text has a contrast of 4.5 to 1 or more on each. */
const COLOURS: Record<BadgeState, string> = {
  passed: "#2a7a2e",
  failed: "#b3261e",
  "no runs": "#5f6368",
  unknown: "#5f6368",
};
const LABEL_COLOUR = "#3c4043";

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The characters that XML 1.0 can't hold, even escaped; half a surrogate pair among them. */
const NO_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escaped = (text: string): string =>
  text.replace(NO_XML, "\uFFFD").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

const HEIGHT = 20;
const PADDING = 6;
/** The mean width of a character of the font below; the text is fitted to the width that this gives. */
const CHARACTER = 6.6;
/** Of a character that is about square, as those of Chinese, Japanese and Korean are. */
const WIDE_CHARACTER = 11;

const widthOf = (text: string): number =>
  Math.round(
    [...text].reduce(
      (width, character) => width + (/[\u2E80-\u{3FFFF}]/u.test(character) ? WIDE_CHARACTER : CHARACTER),
      0,
    ),
  );

interface Half {
  text: string;
  /** Where it begins, in pixels. */
  at: number;
  colour: string;
}

const halfOf = ({ text, at, colour }: Half): string => {
  const width = widthOf(text);
  return `<rect x="${at}" width="${width + 2 * PADDING}" height="${HEIGHT}" fill="${colour}"/><text x="${at + PADDING}" y="14" fill="#fff" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
};

/** A badge as an SVG picture: a label, and the state beside it. It loads nothing and runs nothing. */
export const pictureOf = (label: string, state: BadgeState): string => {
  const left = widthOf(label) + 2 * PADDING;
  const width = left + widthOf(state) + 2 * PADDING;
  const title = escaped(`${label}: ${state}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${title}"><title>${title}</title><g font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${halfOf({ text: label, at: 0, colour: LABEL_COLOUR })}${halfOf({ text: state, at: left, colour: COLOURS[state] })}</g></svg>`;
};

/** The line that shows a badge in a README. */
export const markdownOf = (label: string, address: string): string =>
  `![${label.replace(/[\\`*_[\]<>!&]/g, "\\$&")}](${address})`;
