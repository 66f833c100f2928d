import { stripVTControlCharacters } from "node:util";

/** A duration for people: 4 s, 2 min 5 s, 3 h 20 min. */
export const spanOf = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};

/** Whether to use colours: on a terminal, unless its user opted out. */
export const wantsColours = (
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean => isTerminal && !env.NO_COLOR && env.TERM !== "dumb";

/** Control characters in what others wrote could move the cursor. */
export const printable = (line: string): string =>
  stripVTControlCharacters(line).replace(/[\p{Cc}\p{Cf}]/gu, " ");
