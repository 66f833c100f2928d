import { env } from "cloudflare:workers";
import { z } from "zod";
import { ALLOWED, type Allowed } from "./allowed.ts";
import { knowLargeTables, knowNothing } from "./statistics.ts";

/** Statements, with how many values go with each. */
type Statements = ReadonlyMap<string, number>;

/** A line of a statement's plan that says that it costs more as the tables grow. */
export interface Fault {
  line: string;
  text: string;
  /** Whether D1 would do so once it knew its tables to be large, or does so as it is. */
  knowing: boolean;
}

/** What is read that is no table that grows: values given, one row, the site. */
const SMALL = /^SCAN (.+ VIRTUAL TABLE|.*CONSTANT ROW|site\b|\(subquery)/;

/** The lines of a plan that read a table or an index from end to end, or sort; a table made on the way is none. */
const faultsOf = (plan: readonly string[]): string[] => {
  const made = new Set(plan.map((line) => /^(?:MATERIALIZE|CO-ROUTINE) (\S+)/.exec(line)?.[1]));
  return plan.filter((line) => {
    if (/^USE TEMP B-TREE|USING AUTOMATIC/.test(line)) return true;
    const scanned = /^SCAN (\S+)/.exec(line)?.[1];
    return scanned !== undefined && !SMALL.test(line) && !made.has(scanned);
  });
};

const lines = z.array(z.object({ detail: z.string() }));

/** What is wrong with how D1 would do these statements now, whatever values they come with: bound to nothing, a plan can't lean on one. */
const explain = async (statements: Statements, knowing: boolean): Promise<Fault[]> => {
  const all = [...statements];
  if (all.length === 0) return [];
  const replies = await env.DB.batch(
    all.map(([text, values]) =>
      env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`).bind(...Array(values).fill(null)),
    ),
  );
  return replies.flatMap(({ results }, place) => {
    const plan = lines.parse(results).map(({ detail }) => detail);
    const text = all[place]?.[0].replace(/\s+/g, " ").trim() ?? "";
    return faultsOf(plan).map((line) => ({ line, text, knowing }));
  });
};

/** What is wrong with these statements, as D1 does them that knows nothing of its tables and as it would if it knew them to be large. */
export const faultsIn = async (statements: Statements): Promise<Fault[]> => {
  await knowNothing();
  const unknowing = await explain(statements, false);
  await knowLargeTables();
  return [...unknowing, ...(await explain(statements, true))];
};

const allows = ({ statement, plan }: Allowed, { line, text }: Fault): boolean =>
  statement.test(text) && plan.test(line);

/** The faults that nothing allows, each once, in words. */
export const refusalsOf = (faults: readonly Fault[]): string[] => [
  ...new Set(
    faults
      .filter((fault) => !ALLOWED.some((allowed) => allows(allowed, fault)))
      .map(({ line, text }) => `${line}: ${text}`),
  ),
];

/** What is allowed that none of these statements needs. */
export const needlessFor = (faults: readonly Fault[]): string[] =>
  ALLOWED.filter((allowed) => !faults.some((fault) => allows(allowed, fault))).map(({ why }) => why);
