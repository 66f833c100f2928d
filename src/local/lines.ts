import { stripVTControlCharacters } from "node:util";

const REQUEST_LINE = /^\[wrangler:\w+\] [A-Z]+ (\/\S*) \d{3} .*\(\d+ms\)/;
/** What the platform answers without the Worker: wrangler's line is the only one. */
const WITHOUT_WORKER = /^\/(assets|cdn-cgi)\//;

/** Whether a line of wrangler's tells of a request that the Worker logs itself, as it does of each with `LOG_QUIET=on`. */
export const repeatsRequest = (line: string): boolean => {
  const path = REQUEST_LINE.exec(stripVTControlCharacters(line))?.[1];
  return path !== undefined && !WITHOUT_WORKER.test(path);
};
