/** What one part of the bench found. */
export interface Findings {
  lines: string[];
  /** For --json. */
  figures: Record<string, unknown>;
  /** What should hold and does not. */
  missed: string[];
}

/** What every part of the bench is given. */
export interface Session {
  scratch: string;
  quick: boolean;
  log: (text: string) => void;
}
