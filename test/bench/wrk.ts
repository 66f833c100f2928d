import { execFileSync, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Plain } from "../../src/local/options.ts";

const SCRIPT = join(import.meta.dirname, "replay.lua");
/** Longer than any measuring: each is ended from here, since wrk itself counts whole seconds only. */
const NEVER = "600s";

/** A request as it goes over the line. */
export interface Request {
  method: "GET" | "POST" | "PUT";
  path: string;
  headers: Record<string, string>;
  body?: object;
}

/** Requests to send in turn; `once`: each changes something, so that none is sent twice. */
export interface Requests {
  list: Request[];
  once: boolean;
}

/** The result of one measurement; latencies in milliseconds. */
export interface Measured {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** The processor time of the runtime for each request, in microseconds. */
  cpuMicros: number;
}

const resultShape = z.object({
  micros: z.number(),
  requests: z.number(),
  refused: z.number(),
  broken: z.number(),
  p50: z.number(),
  p99: z.number(),
});

/** Throws, saying so plainly, where wrk is not installed. */
export const requireWrk = (): void => {
  try {
    execFileSync("wrk", ["-v"], { stdio: "pipe" });
  } catch (error) {
    // Its version comes with exit 1.
    if (error instanceof Error && Reflect.get(error, "code") !== "ENOENT") return;
    throw new Plain(
      "the load generator wrk is missing: install it (Debian: apt-get install wrk), then try again",
    );
  }
};

const asSent = ({ method, path, headers, body }: Request): string => {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const all = {
    Host: "bench",
    ...headers,
    ...(text === undefined
      ? {}
      : { "Content-Type": "application/json", "Content-Length": String(text.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, ...lines, "", text ?? ""].join("\r\n");
};

/** Each connection gets so many answers at least, however slow the call is. */
const LEAST_ANSWERS = 3;
/** A signal that comes before wrk waits for it is lost: it is sent again. */
const SIGNAL_MS = 100;

let files = 0;

/**
 * Loads a Worker with `requests` over so many connections for so long, longer only where few answers came. Throws
 * where an answer was not a success: a figure with refusals in it means nothing.
 */
export const load = async (
  scratch: string,
  { url, cpuMs }: { url: URL; cpuMs: () => number },
  { requests: { list, once }, connections, ms }: { requests: Requests; connections: number; ms: number },
): Promise<Measured> => {
  const file = join(scratch, `requests-${++files}`);
  writeFileSync(file, list.map((request) => `${asSent(request)}\u0001`).join(""));
  const asked = [file, once ? "once" : "round", String((LEAST_ANSWERS + 1) * connections)];
  const args = [
    "-t1",
    `-c${connections}`,
    `-d${NEVER}`,
    "--timeout",
    NEVER,
    "-s",
    SCRIPT,
    url.origin,
    "--",
    ...asked,
  ];
  const before = cpuMs();
  const child = spawn("wrk", args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((end) => child.on("close", end));
  const said: string[] = [];
  const heard = new Map<string, () => void>();
  const hearing = (line: string) => Promise.race([ended, new Promise<void>((hear) => heard.set(line, hear))]);
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.push(line);
    heard.get(line)?.();
  });
  await Promise.all([hearing("enough"), hearing("begun").then(() => Promise.race([ended, sleep(ms)]))]);
  const ending = setInterval(() => child.kill("SIGINT"), SIGNAL_MS);
  child.kill("SIGINT");
  await ended;
  clearInterval(ending);
  const usedMs = cpuMs() - before;
  rmSync(file);
  const line = said.find((text) => text.startsWith("{"));
  if (line === undefined) throw new Error(`wrk measured nothing: ${said.join("; ")}`);
  const result = resultShape.parse(JSON.parse(line));
  if (result.refused + result.broken > 0) {
    const which = `${list[0]?.method} ${list[0]?.path} and the like`;
    throw new Error(
      `of ${result.requests} ${which}, ${result.refused} were refused and ${result.broken} broken`,
    );
  }
  return {
    requests: result.requests,
    perSecond: result.requests / (result.micros / 1e6),
    p50: result.p50 / 1000,
    p99: result.p99 / 1000,
    cpuMicros: (usedMs * 1000) / result.requests,
  };
};
