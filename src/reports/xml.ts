import { SaxesParser } from "saxes";
import type { Bounds } from "./bounds.ts";
import { refuseMore } from "./case-list.ts";
import { repairXml } from "./repair.ts";
import { ReportError } from "./report-case.ts";
import { type DecodedText, lineAt, type Replaced, sumOfReplaced } from "./text.ts";

export type Attributes = Readonly<Record<string, string>>;

/** The handlers of XML events. */
export interface XmlEvents {
  /** The number of open elements. */
  readonly depth: number;
  /** `line` is where the tag ends. */
  open(tag: string, attributes: Attributes, line: number): void;
  text(text: string): void;
  comment?(text: string): void;
  close(): void;
}

const refuse = (message: string): never => {
  throw new ReportError(message);
};

/** Rephrases the parser's `line:column: what`. A name in it may be as long as the report, so it is cut. */
const refuseMalformed = (format: string, { message }: Error): never => {
  const [, line, column, what = message] = /^(\d+):(\d+): (.*)$/s.exec(message) ?? [];
  const place = line === undefined ? "" : ` (line ${line}, column ${column})`;
  return refuse(`must be ${format} in well-formed XML: ${what.slice(0, 100).replace(/\.$/, "")}${place}`);
};

/** The name without its namespace prefix, which only some tools write. */
export const localName = (name: string): string => name.slice(name.lastIndexOf(":") + 1);

/** The parser joins a text's references one by one, which takes far more memory than the text. */
const limitReferences = (text: string, max: number): void => {
  let count = 0;
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", at + 1)) {
    if (++count > max) refuseMore(max, "references such as &lt; or &#10;", lineAt(text, at));
  }
};

/**
 * Reads XML as a stream and returns what was replaced. `format` is for refusals, such as "a JUnit report". Characters
 * that XML forbids are replaced. A DOCTYPE is refused, so that only XML's five entities exist. Throws `ReportError`.
 */
export const readXml = (
  decoded: DecodedText,
  events: XmlEvents,
  { format, bounds }: { format: string; bounds: Bounds },
): Replaced => {
  const repaired = repairXml(decoded.text);
  limitReferences(repaired.text, bounds.references);
  const parser = new SaxesParser({ xmlns: false, position: true });
  let elements = 0;
  let attributes = 0;
  const limit = (count: number, max: number, what: string) => {
    if (count > max) refuse(`must have at most ${max} ${what} (line ${parser.line})`);
  };
  parser.on("error", (error) => refuseMalformed(format, error));
  parser.on("doctype", () =>
    refuse(`must have no <!DOCTYPE>, and no entities of its own: leave it out (line ${parser.line})`),
  );
  parser.on("opentagstart", () => {
    limit(++elements, bounds.elements, "elements: send the report in parts");
    attributes = 0;
  });
  parser.on("attribute", () => limit(++attributes, bounds.attributes, "attributes in one tag"));
  parser.on("opentag", ({ name, attributes: given }) => {
    events.open(name, given, parser.line);
    limit(events.depth, bounds.nested, "elements within each other");
  });
  parser.on("text", (text) => events.text(text));
  parser.on("cdata", (text) => events.text(text));
  parser.on("comment", (comment) => events.comment?.(comment));
  parser.on("closetag", () => events.close());
  parser.write(repaired.text).close();
  return sumOfReplaced(decoded.replaced, repaired.replaced);
};

const BEFORE_ROOT = [
  ["<?", "?>"],
  ["<!--", "-->"],
] as const;

/** The root's name without its prefix; undefined if it is not plain. */
export const rootOf = (text: string): string | undefined => {
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++;
    const whole = BEFORE_ROOT.find(([start]) => text.startsWith(start, at));
    if (!whole) break;
    const end = text.indexOf(whole[1], at + whole[0].length);
    if (end === -1) return undefined;
    at = end + whole[1].length;
  }
  const name = /^<([^\s/>!?]{1,100})/.exec(text.slice(at, at + 102))?.[1];
  return name === undefined ? undefined : localName(name);
};
