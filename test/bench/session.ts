/** What one part of the bench found. */
export interface Findings {
  lines: string[];
  /** For --json. */
  figures: Record<string, unknown>;
  /** The targets that are missed. */
  missed: string[];
}

/** What every part of the bench is given. */
export interface Session {
  scratch: string;
  quick: boolean;
  log: (text: string) => void;
}
