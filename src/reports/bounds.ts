export interface Bounds {
  elements: number;
  nested: number;
  /** In one tag. */
  attributes: number;
  /** The most that is kept of each case's or suite's message and detail; 0 keeps none. */
  messageCharacters: number;
  detailCharacters: number;
}

/** More elements than any tool writes, and few enough to read in well under a second. */
export const BOUNDS: Bounds = {
  elements: 100_000,
  nested: 100,
  attributes: 100,
  messageCharacters: 4_000,
  detailCharacters: 64_000,
};
