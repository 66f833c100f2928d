import { stripVTControlCharacters } from "node:util";

const REQUEST_LINE = /^\[wrangler:\w+\] [A-Z]+ (\/\S*) \d{3} .*\(\d+ms\)/;
/** Paths that the platform answers without the Worker; only wrangler logs them. */
const WITHOUT_WORKER = /^\/(assets|cdn-cgi)\//;

/** Whether a wrangler line repeats a request: the Worker logs each by itself, as the setting LOG_QUIET says. */
export const repeatsRequest = (line: string): boolean => {
  const path = REQUEST_LINE.exec(stripVTControlCharacters(line))?.[1];
  return path !== undefined && !WITHOUT_WORKER.test(path);
};
