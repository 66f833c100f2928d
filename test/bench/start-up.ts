import type { Bundle } from "./build.ts";
import { median } from "./figures.ts";
import { startWorkers } from "./workerd.ts";

/** A Worker that imports the one to be measured when it is asked to. */
const IMPORTER = `import { DurableObject } from "cloudflare:workers";
  export class HostObject extends DurableObject {}
  export default {
    fetch: async (request) => {
      if (request.url.endsWith("/start")) await import("./product.js");
      return new Response();
    },
  };`;

const startOnce = async ({ script }: Pick<Bundle, "script">): Promise<number> => {
  const runtime = await startWorkers({ importer: { script: IMPORTER, beside: { "product.js": script } } });
  try {
    const ask = async (path: string): Promise<number> => {
      await (await fetch(new URL(path, runtime.workers[0]?.url))).text();
      return runtime.cpuMs();
    };
    const before = await ask("/");
    return (await ask("/start")) - before;
  } finally {
    await runtime.stop();
  }
};

/**
 * What the Worker's start costs in milliseconds of processor time: what a fresh workerd takes, with all its threads,
 * to compile and run the bundle as a module. The median of `times` processes.
 */
export const measureStartUp = async (
  bundle: Pick<Bundle, "script">,
  times: number,
  log: (text: string) => void,
): Promise<number> => {
  const starts: number[] = [];
  for (let time = 1; time <= times; time++) {
    log(`start ${time} of ${times}`);
    starts.push(await startOnce(bundle));
  }
  return median(starts);
};
