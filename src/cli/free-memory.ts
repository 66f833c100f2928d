import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { type: "minor" }) => void;

/** V8's own collector, which is only there by this flag. */
const collector = (): Collect | undefined => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("typeof gc === 'function' ? gc : undefined");
  return typeof collect === "function" ? (options) => void collect(options) : undefined;
};

let collect: Collect | undefined;

/**
 * Frees the buffers of the last page. V8 counts them as a few bytes each, and would let a hundred megabytes of them gather
 * before it looked.
 */
export const freeMemory = (): void => {
  collect ??= collector();
  collect?.({ type: "minor" });
};
