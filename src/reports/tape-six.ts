import type { Bounds } from "./bounds.ts";
import { ReportError } from "./report-case.ts";
import { groupNode, type OpenTest, type TapNode } from "./tap-tree.ts";

/**
 * Tape-six writes all assertions on one level, without a dash and with their durations. Its tests are comments around
 * them: `# start: name` and `# finish: name # time=1.838ms`.
 */
export const isTapeSix = (nodes: readonly TapNode[]): boolean =>
  nodes.some(({ point, test }) => test !== null && !point.hasDash && point.durationMs !== null);

const EXCEPTION = "UNEXPECTED EXCEPTION";

/** Tape-six writes a directive before the name: `ok 2 # SKIP name`. What is thrown is named after its message. */
const nameOf = ({ name, reason }: TapNode["point"]): string => {
  if (name === "" && reason !== null) return reason;
  return name.startsWith(`${EXCEPTION}: `) ? EXCEPTION : name;
};

const named = (node: TapNode): TapNode => {
  const name = nameOf(node.point);
  const reason = name === node.point.reason ? null : node.point.reason;
  return { ...node, point: { ...node.point, name, reason } };
};

/** The assertions within the tests around them. Throws `ReportError` if these are nested too deep. */
export const testsOfTapeSix = (nodes: readonly TapNode[], { nested }: Bounds): TapNode[] => {
  const outermost: TapNode[] = [];
  const known = new Map<OpenTest, TapNode[]>();
  const within = (test: OpenTest | null, line: number): TapNode[] => {
    if (!test) return outermost;
    if (test.depth > nested) {
      throw new ReportError(`must have at most ${nested} tests within each other (line ${line})`);
    }
    const children = known.get(test) ?? [];
    if (!known.has(test)) {
      known.set(test, children);
      within(test.around, line).push(groupNode({ name: test.name, ok: true, children }));
    }
    return children;
  };
  for (const node of nodes) within(node.test, node.line).push(named(node));
  return outermost;
};
