import type { TapNode } from "./tap-tree.ts";

/** What a point of a tool says that does not write the plain name behind the number. */
interface Named {
  name: string;
  /** What stands for the reason of a skip; null: it was the name. */
  reason: string | null;
  /** What of a failure stands behind the name. */
  failure: string;
}

/** A tool whose points are not plain names: how its report is told, and what a point says. */
interface Dialect {
  tool: string;
  is: (nodes: readonly TapNode[], comments: readonly string[]) => boolean;
  named: (point: TapNode["point"]) => Named | undefined;
}

const CRITERION = /^(\w+::\w+)(?: (.*))?$/s;
const CHECK = /^([^\s:]+\.\w{1,3}:[^:]+:[^:]+): (.*)$/s;
const LAB = /^\(\d{1,9}\) (.*)$/s;

/** Lab and cmocka write the name of a skipped test as the reason. */
const nameOrReason = ({ name, directive, reason }: TapNode["point"]): string | null =>
  name === "" && directive === "skip" ? reason : name;

const DIALECTS: readonly Dialect[] = [
  {
    // How a test crashed stands behind its name, and so may its description, which it has only if it ends.
    tool: "criterion",
    is: (_, comments) => comments.some((comment) => /^Criterion v\d/.test(comment)),
    named: ({ name, reason }) => {
      const [, test, failure = ""] = CRITERION.exec(name) ?? [];
      return test === undefined ? undefined : { name: test, reason, failure };
    },
  },
  {
    tool: "check",
    is: (nodes) =>
      nodes.length > 0 &&
      nodes.every(({ point: { ok, name } }) => CHECK.test(name) && (!ok || name.endsWith(": Passed"))),
    named: ({ ok, name, reason }) => {
      const [, test, words = ""] = CHECK.exec(name) ?? [];
      return test === undefined ? undefined : { name: test, reason, failure: ok ? "" : words };
    },
  },
  {
    tool: "lab",
    is: (nodes) => nodes.length > 0 && nodes.every(({ point }) => LAB.test(nameOrReason(point) ?? "")),
    named: (point) => {
      const [, name] = LAB.exec(nameOrReason(point) ?? "") ?? [];
      return name === undefined
        ? undefined
        : { name, reason: point.name === "" ? null : point.reason, failure: "" };
    },
  },
  {
    tool: "cmocka",
    is: (_, comments) => comments.some((comment) => /^(?:not )?ok - /.test(comment)),
    named: (point) =>
      point.name === "" ? { name: nameOrReason(point) ?? "", reason: null, failure: "" } : undefined,
  },
  {
    tool: "qttest",
    is: (nodes) =>
      nodes[0]?.point.name === "initTestCase()" && nodes.at(-1)?.point.name === "cleanupTestCase()",
    named: ({ name, reason }) => ({ name: name.replace(/\(\)$/, ""), reason, failure: "" }),
  },
];

const plain = (node: TapNode, { named }: Dialect): TapNode => {
  const found = named(node.point);
  if (!found) return node;
  const { name, reason, failure } = found;
  const output = failure === "" ? node.output : [failure, ...node.output];
  return { ...node, point: { ...node.point, name, reason }, output };
};

/** The points with plain names, and the tool that wrote them; null if it is not one of these. */
export const readDialect = (
  nodes: readonly TapNode[],
  comments: readonly string[],
): { tool: string | null; nodes: readonly TapNode[] } => {
  const dialect = DIALECTS.find(({ is }) => is(nodes, comments));
  if (!dialect) return { tool: null, nodes };
  return { tool: dialect.tool, nodes: nodes.map((node) => plain(node, dialect)) };
};
