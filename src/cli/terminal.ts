import { printable, wantsColours } from "../programs/screen.ts";

/** What is printed for people and for programs. Tests take the place of the process. */
export interface Terminal {
  /** A line of the result. */
  print: (line: string) => void;
  /** A line about the work, beside the result. */
  say: (line: string) => void;
  /** Text of the result as it is. */
  write: (text: string) => void;
  /** Shows a line that the next one replaces; only a terminal shows it. */
  progress: (line: string) => void;
  isTerminal: boolean;
}

const ERASE = "\r\u001b[2K";

export const processTerminal = (): Terminal => {
  const { stdout, stderr } = process;
  // A closed pipe does not end the program.
  for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  const isTerminal = wantsColours(stderr.isTTY, { TERM: process.env.TERM });
  let shown = false;
  const clear = () => {
    if (shown) stderr.write(ERASE);
    shown = false;
  };
  return {
    print: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    say: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    write: (text) => {
      clear();
      stdout.write(text);
    },
    progress: (line) => {
      if (!isTerminal) return;
      stderr.write(`${ERASE}${printable(line).slice(0, (stderr.columns || 80) - 1)}`);
      shown = true;
    },
    isTerminal,
  };
};

/** Rows below their heads, in columns as wide as their widest cell. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const cells = [heads, ...rows].map((row) => row.map(printable));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? "")].length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length))
      .join("  ")
      .trimEnd(),
  );
};
