import { setTimeout as sleep } from "node:timers/promises";
import { accepted } from "../client/client.ts";
import type { Connection } from "./connection.ts";
import type { RunPath } from "./wait-for-end.ts";

/** An event of a followed log. `id` is the offset after it. */
interface LogEvent {
  id: string | undefined;
  name: string;
  data: string;
}

/** The event in a block of lines of a stream of server-sent events. */
const eventIn = (block: string): LogEvent => {
  const fields = block.split("\n").map((line): [string, string] => {
    const [, name = "", value = ""] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
    return [name, value];
  });
  const last = (wanted: string) => fields.findLast(([name]) => name === wanted)?.[1];
  return { id: last("id"), name: last("event") ?? "message", data: last("data") ?? "" };
};

/** The events of a stream, until it ends or breaks. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<LogEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) yield eventIn(block);
  }
}

const textIn = (data: string): string => {
  const text: unknown = JSON.parse(data);
  return typeof text === "string" ? text : "";
};

const AGAIN_MS = 500;

interface Following {
  attempt: number | undefined;
  write: (text: string) => void;
  signal?: AbortSignal;
}

/** The address of a log. */
const logPath = ({ project, job }: RunPath, query: Record<string, string | number | undefined>): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `/projects/${project}/automation/jobs/${job}/log?${new URLSearchParams(given)}`;
};

/**
 * Writes a log until it ends, from where it broke off after each break. Gives the number of bytes that were written.
 * Throws `Unanswered`, `Refused`.
 */
export const followLog = async (
  { send }: Connection,
  path: RunPath,
  { attempt, write, signal }: Following,
): Promise<number> => {
  let from = "0";
  while (!signal?.aborted) {
    const response = await accepted(send(logPath(path, { follow: 1, from, attempt })));
    try {
      for await (const { id, name, data } of eventsOf(response.body ?? new ReadableStream())) {
        if (name === "end") return Number(from);
        if (name === "message" && data !== "") write(textIn(data));
        from = id ?? from;
      }
    } catch {
      // The connection broke; the rest is asked for.
    }
    await sleep(AGAIN_MS);
  }
  return Number(from);
};

/** Writes the log as it is from an offset on. Throws `Unanswered`, `Refused`. */
export const writeLog = async (
  { send }: Connection,
  path: RunPath,
  { attempt, from, write }: Pick<Following, "attempt" | "write"> & { from: number },
): Promise<void> => {
  const { body } = await accepted(send(logPath(path, { from, attempt })));
  const decoder = new TextDecoder();
  for await (const bytes of body ?? new ReadableStream<Uint8Array>())
    write(decoder.decode(bytes, { stream: true }));
};
