import type { Log } from "./env.ts";

/** One JSON line an event. */
export const log: Log = (event, fields) => console.log(JSON.stringify({ event, ...fields }));
