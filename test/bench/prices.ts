/** What the platform's paid plan charges for one thing. */
export interface Price {
  what: string;
  /** The price is of so many. */
  unit: number;
  usd: number;
  /** How many a month are in the plan's own price. */
  included: number;
  source: string;
}

const MILLION = 1_000_000;
const WORKERS = "https://developers.cloudflare.com/workers/platform/pricing/";
const OBJECTS = "https://developers.cloudflare.com/durable-objects/platform/pricing/";
const LOGS = "https://developers.cloudflare.com/workers/observability/logs/workers-logs/";
const D1 = "https://developers.cloudflare.com/d1/platform/pricing/";

/** When the prices were read. */
export const PRICES_READ = "2026-11-25";
export const PLAN_USD = 5;

/** The published prices of the Workers Paid plan, in US dollars. */
export const PRICES = {
  workerRequests: {
    what: "Worker requests",
    unit: MILLION,
    usd: 0.3,
    included: 10 * MILLION,
    source: WORKERS,
  },
  workerCpuMs: { what: "Worker CPU, ms", unit: MILLION, usd: 0.02, included: 30 * MILLION, source: WORKERS },
  objectCalls: { what: "object calls", unit: MILLION, usd: 0.15, included: MILLION, source: OBJECTS },
  objectGbSeconds: { what: "object GB-s", unit: MILLION, usd: 12.5, included: 400_000, source: OBJECTS },
  objectRowsRead: {
    what: "object rows read",
    unit: MILLION,
    usd: 0.001,
    included: 25_000 * MILLION,
    source: OBJECTS,
  },
  objectRowsWritten: {
    what: "object rows written",
    unit: MILLION,
    usd: 1,
    included: 50 * MILLION,
    source: OBJECTS,
  },
  rowsRead: { what: "D1 rows read", unit: MILLION, usd: 0.001, included: 25_000 * MILLION, source: D1 },
  rowsWritten: { what: "D1 rows written", unit: MILLION, usd: 1, included: 50 * MILLION, source: D1 },
  logLines: { what: "lines in the log", unit: MILLION, usd: 0.6, included: 20 * MILLION, source: LOGS },
  storedGb: { what: "D1 GB stored", unit: 1, usd: 0.75, included: 5, source: D1 },
} satisfies Record<string, Price>;

/** The memory that an object is charged for while it works, in GB. */
export const OBJECT_GB = 0.128;

/** From 2026-12-01 the log is charged by what it holds, the platform's own fields with it, in place of its lines. */
export const LOG_GB = {
  from: "2026-12-01",
  usd: 0.25,
  included: 50,
  source: "https://developers.cloudflare.com/observability/pricing/",
};
