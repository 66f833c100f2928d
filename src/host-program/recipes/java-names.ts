import type { ReportCase } from "../../reports/report-case.ts";
import type { AskedTest, Match } from "./recipe.ts";

export interface JavaTest {
  className: string;
  /** null: the whole class. */
  method: string | null;
  /** What a report adds to the method's name for one row: `(int)[1]`, `{String}[2]`, `[0]`, `[0](a b)`. */
  row: string;
}

// By convention a class begins with a capital letter and a package does not. Then the method may have any
// name.
const USUAL = /^((?:[a-z_][\w$]*\.)*[A-Z][\w$]*)(?:[.#](.+))?$/s;
const ANY = /^([\w$.]+)[.#]([^.#({[]+(?:[({[].*)?)$/s;
const ROW = /^(.*?)((?:\([\w$., [\]]*\)|\{[\w$., [\]]*\})?(?:\[.*\])?|\[\d+\]\(.*\))$/s;

/** `p.ATest.m`, `p.ATest#m`, `p.ATest$In.m(int)[1]`, `p.ATest`. */
export function readJavaName(content: string): JavaTest {
  const [, className = content, rest] = USUAL.exec(content) ?? ANY.exec(content) ?? [];
  if (rest === undefined) return { className, method: null, row: "" };
  const [, method = rest, row = ""] = ROW.exec(rest) ?? [];
  return method === "" ? { className, method: rest, row: "" } : { className, method, row };
}

/** Matches cases of Surefire's and Gradle's reports. Gradle writes `m()`. */
export function matchJava({ content }: AskedTest, found: ReportCase): Match {
  const asked = readJavaName(content);
  if (asked.method === null) {
    const isIn = found.classname === asked.className || found.classname.startsWith(`${asked.className}$`);
    return isIn ? "part" : null;
  }
  if (found.classname !== asked.className) return null;
  const bare = (name: string) => name.replace(/\(\)$/, "");
  if (bare(found.name) === bare(asked.method + asked.row)) return "test";
  const { method } = readJavaName(`${found.classname}#${found.name}`);
  return asked.row.replace("()", "") === "" && method === asked.method ? "part" : null;
}
