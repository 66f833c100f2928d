import { env } from "cloudflare:workers";

/** The statements that the product sent to D1 in this test file, each once, with its number of values. */
export const issued = new Map<string, number>();

/** The only file through which the product calls D1: a statement with it in its stack is the product's, not a test's. */
const PRODUCT = "/src/database/database.ts";

const byProduct = (): boolean => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const { stack = "" } = new Error("who asks");
  Error.stackTraceLimit = stackTraceLimit;
  return stack.includes(PRODUCT);
};

/** How often a statement was not seen to be the product's. A stack costs more than most statements, and a short one may miss the file. */
const unseen = new Map<string, number>();
const MAX_STACKS = 50;

/** Records what the product sends to D1 until the returned function is called, at D1's own `prepare`, which the Worker, its tick and its objects share. */
export const keepIssued = (): (() => void) => {
  const database: D1Database = Object.getPrototypeOf(env.DB);
  const { prepare } = database;
  database.prepare = function (text) {
    const statement = prepare.call(this, text);
    const stacks = unseen.get(text) ?? 0;
    if (issued.has(text) || stacks >= MAX_STACKS) return statement;
    if (!byProduct()) {
      unseen.set(text, stacks + 1);
      return statement;
    }
    const { bind } = statement;
    return Object.assign(statement, {
      bind: (...values: unknown[]) => {
        issued.set(text, values.length);
        return bind.apply(statement, values);
      },
    });
  };
  return () => {
    database.prepare = prepare;
  };
};
