import type { Bounds } from "./bounds.ts";
import { refuseMore } from "./case-list.ts";
import { ReportError } from "./report-case.ts";
import { type TapPoint, tapLine } from "./tap-line.ts";

/** A test point with those of its subtest. */
export interface TapNode {
  point: TapPoint;
  line: number;
  yaml: string[];
  /** The other lines below it: text or comments. */
  output: string[];
  /** The last comment before it. */
  comment: string | null;
  /** The test of tape-six that is open around it. */
  test: OpenTest | null;
  children: TapNode[];
}

/** What the comment `# start: name` begins, and `# finish: name` ends. */
export interface OpenTest {
  name: string;
  around: OpenTest | null;
  /** 1 for an outermost one. */
  depth: number;
}

interface Level {
  nodes: TapNode[];
  plan: { count: number; line: number } | null;
  /** The name in `# Subtest: name`. */
  name: string | null;
  comment: string | null;
}

const MAX_LINES = 500;
const INDENT = 4;

const emptyLevel = (): Level => ({ nodes: [], plan: null, name: null, comment: null });

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** A point that has subtests but no line of its own. */
export const groupNode = ({
  name,
  ok,
  children,
}: {
  name: string;
  ok: boolean;
  children: TapNode[];
}): TapNode => ({
  point: {
    type: "point",
    ok,
    name,
    directive: null,
    reason: null,
    durationMs: null,
    opens: false,
    hasDash: true,
  },
  line: children[0]?.line ?? 1,
  yaml: [],
  output: [],
  comment: null,
  test: null,
  children,
});

/** Builds the tree of a TAP stream line by line. */
export class TapTree {
  readonly comments: string[] = [];
  readonly bails: { text: string; line: number }[] = [];
  readonly #bounds: Bounds;
  readonly #levels: Level[] = [emptyLevel()];
  /** Points with subtests in braces. */
  readonly #open: { node: TapNode; depth: number }[] = [];
  #last: TapNode | undefined;
  #test: OpenTest | null = null;
  #yaml: { indent: number; node: TapNode } | undefined;
  #count = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get plan(): { count: number; line: number } | null {
    return this.#levels[0]?.plan ?? null;
  }

  read(line: string, number: number): void {
    const indent = indentOf(line);
    const text = line.slice(indent);
    if (this.#yaml) {
      this.#readYaml(line, indent);
      return;
    }
    const found = tapLine(text);
    if (found.type === "yaml" && this.#last) this.#yaml = { indent, node: this.#last };
    if (found.type === "bail") this.bails.push({ text: found.text, line: number });
    if (found.type === "other" && indent > 0) this.#addOutput(text);
    if (indent % INDENT !== 0) return;
    const depth = indent / INDENT;
    if (found.type === "point") this.#point(found, depth, number);
    if (found.type === "close") this.#close();
    if (found.type === "plan") this.#level(depth, number).plan = { count: found.count, line: number };
    if (found.type === "comment") this.#comment(found.text, depth, number);
  }

  /** The points of the outermost level. */
  done(): TapNode[] {
    while (this.#open.length > 0) this.#close();
    const left = this.#take(0);
    const nodes = this.#levels[0]?.nodes ?? [];
    // The file ends before the line of the point.
    const name = this.#levels[0]?.name ?? "a subtest that did not end";
    if (left.length > 0) nodes.push(groupNode({ name, ok: false, children: left }));
    return nodes;
  }

  #readYaml(line: string, indent: number): void {
    const yaml = this.#yaml;
    if (!yaml) return;
    if (indent === yaml.indent && line.trim() === "...") this.#yaml = undefined;
    else if (yaml.node.yaml.length < MAX_LINES) yaml.node.yaml.push(line);
  }

  #addOutput(text: string): void {
    if (this.#last && this.#last.output.length < MAX_LINES) this.#last.output.push(text);
  }

  #level(depth: number, line: number): Level {
    if (depth > this.#bounds.nested) {
      throw new ReportError(
        `must have at most ${this.#bounds.nested} subtests within each other (line ${line})`,
      );
    }
    while (this.#levels.length <= depth) this.#levels.push(emptyLevel());
    return this.#levels[depth] ?? emptyLevel();
  }

  /** The points below a level: subtests of its next point or of its open one. */
  #take(depth: number): TapNode[] {
    return this.#levels.splice(depth + 1).flatMap(({ nodes }) => nodes);
  }

  #point(point: TapPoint, depth: number, line: number): void {
    const level = this.#level(depth, line);
    if (++this.#count > this.#bounds.cases) refuseMore(this.#bounds.cases, "test cases", line);
    const { comment } = level;
    const node = {
      point,
      line,
      yaml: [],
      output: [],
      comment,
      test: this.#test,
      children: this.#take(depth),
    };
    level.nodes.push(node);
    level.name = null;
    this.#last = node;
    if (point.opens) this.#open.push({ node, depth });
  }

  #close(): void {
    const open = this.#open.pop();
    if (open) open.node.children = this.#take(open.depth);
  }

  #comment(text: string, depth: number, line: number): void {
    if (this.comments.length < 1000) this.comments.push(text.slice(0, 100));
    const level = this.#level(depth, line);
    if (depth === 0) this.#testOf(text);
    const [, name] = /^Subtest: (.*)$/s.exec(text) ?? [];
    if (name !== undefined) level.name = name;
    else {
      level.comment = text;
      this.#addOutput(text);
    }
  }

  #testOf(text: string): void {
    const [, started] = /^start: (.+)$/s.exec(text) ?? [];
    if (started !== undefined) {
      this.#test = { name: started, around: this.#test, depth: (this.#test?.depth ?? 0) + 1 };
    }
    const [, finished] = /^finish: (.+) # time=[\d.]{1,20}ms$/s.exec(text) ?? [];
    if (finished === undefined) return;
    let test = this.#test;
    for (let looked = 0; test && test.name !== finished && looked < this.#bounds.nested; looked++) {
      test = test.around;
    }
    if (test?.name === finished) this.#test = test.around;
  }
}
