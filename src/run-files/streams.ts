import type { LogEvent } from "./log-reading.ts";

const UTF_8 = new TextEncoder();

const eventText = (event: LogEvent): string => {
  if ("again" in event) return "retry: 100\n\n";
  if ("begin" in event)
    return `id: ${event.begin}\nevent: begin\ndata: ${JSON.stringify({ offset: event.begin })}\n\n`;
  if ("end" in event)
    return `id: ${event.end}\nevent: end\ndata: ${JSON.stringify({ offset: event.end })}\n\n`;
  return `id: ${event.next}\ndata: ${JSON.stringify(event.text)}\n\n`;
};

/** A log's events as server-sent events: `data` is the text as a JSON string, the id is the offset after it. */
export async function* eventBytes(events: AsyncGenerator<LogEvent>): AsyncGenerator<Uint8Array> {
  for await (const event of events) yield UTF_8.encode(eventText(event));
}
