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

/** The statements that a test sent first. Who asks is found out once for each: a stack costs more than most statements. */
const sentByTests = new Set<string>();

/** Records what the product sends to D1 until the returned function is called, at D1's own `prepare`, which the Worker, its tick and its objects share. */
export const keepIssued = (): (() => void) => {
  const database: D1Database = Object.getPrototypeOf(env.DB);
  const { prepare } = database;
  database.prepare = function (text) {
    const statement = prepare.call(this, text);
    if (issued.has(text) || sentByTests.has(text)) return statement;
    if (!byProduct()) {
      sentByTests.add(text);
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
