import type { Bounds } from "./bounds.ts";
import { kindsOf } from "./case-kinds.ts";
import { CaseList } from "./case-list.ts";
import { linesOf } from "./json-text.ts";
import { type Outcome, type Report, ReportError } from "./report-case.ts";
import { readDialect } from "./tap-dialects.ts";
import { type TapNode, TapTree } from "./tap-tree.ts";
import { tapDiagnostic } from "./tap-yaml.ts";
import { isTapeSix, testsOfTapeSix } from "./tape-six.ts";
import { type DecodedText, NOTHING_REPLACED } from "./text.ts";

/** A TODO is skipped whether it is ok or not: a failed one is no failure, and only some tools run it. */
const outcomeOf = ({ ok, directive }: TapNode["point"]): Outcome =>
  directive !== null ? "skipped" : ok ? "passed" : "failed";

const isRed = ({ point, children }: TapNode): boolean =>
  outcomeOf(point) === "failed" || children.some(isRed);

/** Adds the points without subtests; the others only summarize theirs. */
const addNodes = (list: CaseList, nodes: readonly TapNode[], suites: readonly string[]): void => {
  const shared = [...suites];
  for (const { point, line, yaml, output, children } of nodes) {
    const { message, durationMs, type, detail } = tapDiagnostic(yaml);
    const outcome = outcomeOf(point);
    if (children.length > 0) {
      const inner = [...suites, point.name];
      addNodes(list, children, inner);
      if (outcome !== "failed" || children.some(isRed)) continue;
      list.addProblem({ suites: inner, message: message ?? "failed, and no test in it did", detail, line });
      continue;
    }
    list.add({
      suites: shared,
      // Node marks a describe without tests as a suite.
      classname: type === "suite" ? "suite" : "",
      name: point.name,
      outcome,
      durationMs: point.durationMs ?? durationMs,
      message: outcome === "failed" ? message : point.reason,
      detail: outcome === "failed" ? (detail ?? (output.join("\n") || null)) : null,
      kind: point.name === "" ? "nameless" : "test",
      place: { number: 0, line },
    });
  }
};

const NODE_END = /^duration_ms \d/;

/** Tape writes assertions without a dash, each below a comment with its test's name, and their count at the end. */
const isTape = (nodes: readonly TapNode[], comments: readonly string[]): boolean =>
  nodes.length > 0 &&
  nodes.every(({ point, comment }) => !point.hasDash && comment !== null) &&
  comments.some((comment) => /^tests +\d+$/.test(comment)) &&
  !comments.some((comment) => NODE_END.test(comment));

/** One node per test, with the worst outcome of its assertions. */
const testsOfTape = (nodes: readonly TapNode[]): TapNode[] => {
  const tests: TapNode[] = [];
  let comment: string | null = null;
  for (const node of nodes) {
    // The mark before a todo's name goes with the todo.
    const name = (node.comment ?? "").replace(node.point.directive === "todo" ? /^TODO / : "", "");
    const known = tests.at(-1);
    if (known && node.comment === comment) {
      if (known.point.ok && !node.point.ok) {
        Object.assign(known, { point: { ...node.point, name }, yaml: node.yaml, output: node.output });
      }
    } else tests.push({ ...node, point: { ...node.point, name } });
    comment = node.comment;
  }
  return tests;
};

/** The points as tests in their suites; tape and tape-six say by comments what these are. */
const testsOf = (tree: TapTree, nodes: readonly TapNode[], bounds: Bounds): readonly TapNode[] => {
  if (isTapeSix(nodes)) return testsOfTapeSix(nodes, bounds);
  return isTape(nodes, tree.comments) ? testsOfTape(nodes) : nodes;
};

const judgePlan = (list: CaseList, tree: TapTree, nodes: readonly TapNode[]): void => {
  const problem = (message: string, line: number | null) =>
    list.addProblem({ kind: "count", suites: [], message, detail: null, line });
  for (const { text, line } of tree.bails) {
    list.addProblem({ suites: [], message: `Bail out! ${text}`.trim(), detail: null, line });
  }
  if (tree.bails.length > 0) return;
  if (!tree.plan) problem("the report has no plan (1..n): it may be cut off", null);
  else if (tree.plan.count !== nodes.length) {
    problem(`the plan says ${tree.plan.count} tests, and ${nodes.length} are there`, tree.plan.line);
  }
};

/** Whether text looks like TAP; other output may precede it. */
export const isTap = (text: string): boolean =>
  /^(?:TAP version \d+|1\.\.\d+|(?:not )?ok\b)/m.test(text.slice(0, 20_000));

/**
 * Reads TAP 13 and 14, with subtests (indented, or in braces) and YAML blocks. TAP names no file: the report's name is
 * the outermost suite, so that the tests of two files stay apart. Throws `ReportError`.
 */
export const readTap = (decoded: DecodedText, name: string, bounds: Bounds): Report => {
  const tree = new TapTree(bounds);
  for (const { line, number } of linesOf(decoded.text)) tree.read(line, number);
  const nodes = tree.done();
  if (nodes.length === 0 && !tree.plan && tree.bails.length === 0)
    throw new ReportError("must be a TAP report: it has no test point and no plan");
  const list = new CaseList(bounds);
  const suite = name.replace(/\.(tap|txt|log|out)$/i, "");
  const dialect = readDialect(nodes, tree.comments);
  addNodes(list, testsOf(tree, dialect.nodes, bounds), suite === "" ? [] : [suite]);
  judgePlan(list, tree, nodes);
  const tool = tree.comments.some((comment) => NODE_END.test(comment)) ? "node" : dialect.tool;
  const kinds = kindsOf(tool, list.cases);
  const cases = list.cases.map((each, at) => ({ ...each, kind: kinds[at] ?? each.kind }));
  return { tool, cases, problems: list.problems, replaced: decoded.replaced ?? NOTHING_REPLACED };
};
