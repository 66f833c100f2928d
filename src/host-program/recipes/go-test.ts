import { type Json, objectOf, textOf } from "../../reports/json.ts";
import type { ReportCase } from "../../reports/report-case.ts";
import { planOf, toolOf } from "./plan.ts";
import { quoteRegex } from "./quote.ts";
import type { AskedTest, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

interface GoTest {
  /** An import path, or `./folder`; null if the content has none. */
  package: string | null;
  /** `TestSub/x/y` */
  name: string;
}

const CONTENT = /^(?:(.*?)(?:\.| |::|#| > ))?((?:Test|Example|Fuzz|Benchmark)(?:[^a-z].*)?)$/s;
const PATTERNS = /^(?:(.*?)(?:\.| |::|#| > ))?(\^.*\$)$/s;

/** `example.org/m.TestSub/x`, `./p TestSub/x`, `TestSub/x`, or `-run`'s own form `^TestSub$/^x$`. */
function readContent(content: string): GoTest {
  const [, pkg, name] = CONTENT.exec(content) ?? [];
  if (name !== undefined) return { package: pkg || null, name };
  const [, before, patterns] = PATTERNS.exec(content) ?? [];
  if (patterns === undefined) return { package: null, name: content };
  const levels = patterns.slice(1, -1).split("$/^");
  return { package: before || null, name: levels.map((level) => level.replace(/\\(.)/gs, "$1")).join("/") };
}

/** Go matches each level between slashes, and writes `_` for each space in a subtest's name. */
const runPattern = (name: string): string =>
  name
    .replace(/\s/g, "_")
    .split("/")
    .map((level) => `^${quoteRegex(level)}$`)
    .join("/");

function plan(input: RecipeInput): RecipePlan {
  const tool = [...toolOf(input, ["go"]), "test", "-json", "-count=1"];
  const byPackage = new Map<string, Set<string>>();
  for (const { content } of input.tests ?? []) {
    const { package: pkg, name } = readContent(content);
    const key = pkg ?? "./...";
    byPackage.set(key, (byPackage.get(key) ?? new Set()).add(runPattern(name)));
  }
  const commands = [...byPackage].map(([pkg, patterns]) => [...tool, `-run=${[...patterns].join("|")}`, pkg]);
  return planOf({
    commands: input.tests === null ? [[...tool, "./..."]] : commands,
    reportFrom: "stdout",
  });
}

function match({ content }: AskedTest, found: ReportCase): Match {
  const { package: pkg, name } = readContent(content);
  const asked = name.replace(/\s/g, "_");
  const local = pkg?.startsWith(".") ? pkg.replace(/^\.\/?/, "") : null;
  const isPackage =
    pkg === null ||
    pkg === found.classname ||
    local === "" ||
    (local !== null && found.classname.endsWith(`/${local}`));
  return isPackage && asked === found.name ? "test" : null;
}

/** The event of a line; null if the line is not JSON. */
function eventIn(line: string): Json | null {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return null;
  }
}

/** What `go test -v` would have written for a line of `go test -json`. */
export function shownGoLine(line: string): string | null {
  const event = line.startsWith("{") ? eventIn(line) : null;
  const output = event ? textOf(event.Output) : line;
  return output === null ? null : output.replace(/\r?\n$/, "");
}

export const goTest: Recipe = {
  name: "go test",
  frameworkIds: ["go", "go test", "gotest", "gotestsum"],
  plan,
  match,
  shownLine: shownGoLine,
};
