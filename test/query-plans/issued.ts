import { env } from "cloudflare:workers";

/** What the product asked of D1 in this test file: each statement once, with how many values go with it. */
export const issued = new Map<string, number>();

/** The one file through which the product reaches D1: where it is on the way, the product asks, and not a test. */
const PRODUCT = "/src/database/database.ts";

const byProduct = (): boolean => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const { stack = "" } = new Error("who asks");
  Error.stackTraceLimit = stackTraceLimit;
  return stack.includes(PRODUCT);
};

/** From here on keeps what the product asks of D1, until the end is called: at D1's own `prepare`, which the Worker, its tick and its objects share. */
export const keepIssued = (): (() => void) => {
  const database: D1Database = Object.getPrototypeOf(env.DB);
  const { prepare } = database;
  database.prepare = function (text) {
    const statement = prepare.call(this, text);
    if (issued.has(text) || !byProduct()) return statement;
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
