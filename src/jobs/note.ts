/** The most that the note of one report keeps. */
const NOTE_CHARACTERS = 4000;
const CUT = "…";

/** A text without what cannot be stored; empty where it is none: old clients send other things under these names. */
const textOf = (value: unknown): string =>
  typeof value === "string" ? value.replaceAll("\0", "").toWellFormed().trim() : "";

const beginning = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}${CUT}`.toWellFormed() : text;

const ending = (text: string, most: number): string =>
  text.length > most ? `${CUT}${text.slice(text.length - most + 1)}`.toWellFormed() : text;

/** What a report says beside its status, as its history keeps it: the reason, then the end of the log. */
export const noteOf = ({ reason, log }: { reason?: unknown; log?: unknown }): string | null => {
  const why = beginning(textOf(reason), NOTE_CHARACTERS / 2);
  const written = ending(textOf(log), NOTE_CHARACTERS - why.length - 1);
  const note = [why, written].filter((part) => part !== "").join("\n");
  return note === "" ? null : note;
};
