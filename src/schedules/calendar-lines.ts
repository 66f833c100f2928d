/** A line of a calendar file: `DTSTART;TZID=Europe/Berlin:20261224T220000`. Names are in upper case. */
export interface CalendarLine {
  name: string;
  parameters: ReadonlyMap<string, string>;
  value: string;
}

/** An event of a calendar file: its lines by their names. */
export type CalendarEvent = ReadonlyMap<string, readonly CalendarLine[]>;

/** A name, then parameters whose values may be quoted, then the value (RFC 5545, 3.1). */
const LINE = /^([A-Za-z0-9-]+)((?:;[^=;:"]+=(?:"[^"]*"|[^;:"]*))*):(.*)$/s;
const PARAMETER = /;([^=;:"]+)=(?:"([^"]*)"|([^;:"]*))/g;

const lineIn = (text: string): CalendarLine | undefined => {
  const [, name, parameters = "", value = ""] = LINE.exec(text) ?? [];
  if (name === undefined) return undefined;
  const given = [...parameters.matchAll(PARAMETER)].map(([, key = "", quoted, plain = ""]) => {
    return [key.toUpperCase(), quoted ?? plain] as const;
  });
  return { name: name.toUpperCase(), parameters: new Map(given), value };
};

/**
 * The events of a calendar file (RFC 5545), without their alarms. Undefined if it is no such file. Lines that are
 * malformed are left out, as are all but events.
 */
export const eventsIn = (text: string): CalendarEvent[] | undefined => {
  // A line goes on in the next one if that begins with a blank.
  const lines = text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r?\n[ \t]/g, "")
    .split(/\r\n|\n|\r/);
  if (lines[0]?.trim().toUpperCase() !== "BEGIN:VCALENDAR") return undefined;
  const events: CalendarEvent[] = [];
  let event: Map<string, CalendarLine[]> | undefined;
  /** The part within the event, as an alarm, that the lines are of. */
  let within: string | undefined;
  for (const line of lines.map(lineIn)) {
    if (!line) continue;
    const value = line.value.trim().toUpperCase();
    if (line.name === "BEGIN" && value === "VEVENT") event = new Map();
    else if (line.name === "BEGIN" && event) within ??= value;
    else if (line.name === "END" && value === within) within = undefined;
    else if (line.name === "END" && value === "VEVENT") {
      if (event) events.push(event);
      event = undefined;
      within = undefined;
    } else if (event && within === undefined) {
      const named = event.get(line.name);
      if (named) named.push(line);
      else event.set(line.name, [line]);
    }
  }
  return events;
};

/** The plain text of a value. */
export const textIn = (value: string): string =>
  value.replaceAll(/\\([\\;,nN])/g, (_, sign: string) => (sign.toLowerCase() === "n" ? " " : sign)).trim();
