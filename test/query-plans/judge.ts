import { env } from "cloudflare:workers";
import { z } from "zod";
import { ALLOWED, type Allowed } from "./allowed.ts";
import { knowLargeTables, knowNothing } from "./statistics.ts";

/** Statements, with how many values go with each. */
type Statements = ReadonlyMap<string, number>;

/** A line of a statement's plan that costs more as the tables grow. */
export interface Fault {
  line: string;
  text: string;
  /** Whether D1 plans so with the statistics of large tables, or without any. */
  knowing: boolean;
}

/** Sources that do not grow: given values, one row, the site, the metrics. */
const SMALL = /^SCAN (.+ VIRTUAL TABLE|.*CONSTANT ROW|(site|metrics)\b|\(subquery)/;

/** The lines of a plan that scan a table or an index, or sort; a temporary table does not count. */
const faultsOf = (plan: readonly string[]): string[] => {
  const made = new Set(plan.map((line) => /^(?:MATERIALIZE|CO-ROUTINE) (\S+)/.exec(line)?.[1]));
  return plan.filter((line) => {
    if (/^USE TEMP B-TREE|USING AUTOMATIC/.test(line)) return true;
    const scanned = /^SCAN (\S+)/.exec(line)?.[1];
    return scanned !== undefined && !SMALL.test(line) && !made.has(scanned);
  });
};

/** D1's limit, which the local one does not have. */
const MAX_ARGUMENTS = 32;
const FUNCTION =
  /\b(json_object|json_array|json_insert|json_set|concat|concat_ws|coalesce|max|min|printf|format)$/i;

/** The functions that a statement gives more arguments than D1 takes. */
const overfull = (text: string): string[] => {
  const found: string[] = [];
  const open: { name: string; commas: number }[] = [];
  const plain = text.replace(/'[^']*'/g, "''");
  for (let at = 0; at < plain.length; at++) {
    const letter = plain[at];
    if (letter === "(") open.push({ name: FUNCTION.exec(plain.slice(0, at))?.[1] ?? "", commas: 0 });
    const last = open.at(-1);
    if (letter === "," && last) last.commas += 1;
    if (letter === ")" && last) {
      if (last.name !== "" && last.commas >= MAX_ARGUMENTS) found.push(`${last.name} of ${last.commas + 1}`);
      open.pop();
    }
  }
  return found;
};

/** The statements that D1 refuses though the local one does not: functions of too many arguments. */
export const refusedByD1 = (statements: Statements): string[] =>
  [...statements.keys()].flatMap((text) =>
    overfull(text).map((call) => `${call} arguments: ${text.replace(/\s+/g, " ").slice(0, 200)}`),
  );

const lines = z.array(z.object({ detail: z.string() }));

/** The faults in D1's present plans of these statements. All values are null, so that no plan depends on one. */
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

/** The faults in the plans of these statements, without statistics and with those of large tables. */
export const faultsIn = async (statements: Statements): Promise<Fault[]> => {
  await knowNothing();
  const unknowing = await explain(statements, false);
  await knowLargeTables();
  return [...unknowing, ...(await explain(statements, true))];
};

const allows = ({ statement, plan }: Allowed, { line, text }: Fault): boolean =>
  statement.test(text) && plan.test(line);

/** The faults that are not allowed, each once, as text. */
export const refusalsOf = (faults: readonly Fault[]): string[] => [
  ...new Set(
    faults
      .filter((fault) => !ALLOWED.some((allowed) => allows(allowed, fault)))
      .map(({ line, text }) => `${line}: ${text}`),
  ),
];

/** The allowed exceptions that none of these statements needs. */
export const needlessFor = (faults: readonly Fault[]): string[] =>
  ALLOWED.filter((allowed) => !faults.some((fault) => allows(allowed, fault))).map(({ why }) => why);
