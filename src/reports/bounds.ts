export interface Bounds {
  cases: number;
  /** Of XML. */
  elements: number;
  /** Of XML and JSON. */
  nested: number;
  /** In one tag. */
  attributes: number;
  /** Of XML, such as `&lt;`. */
  references: number;
  /** Of JSON: the number of objects and lists, and of all values. */
  containers: number;
  values: number;
  /** Of all cases together: their names and their suites' names. */
  nameCharacters: number;
  /** The maximum length of a case's or suite's message and detail; 0 keeps none. */
  messageCharacters: number;
  detailCharacters: number;
}

/** Each bound is above what any tool writes in 8 MiB, and low enough to read a report in 128 MiB. */
export const BOUNDS: Bounds = {
  cases: 50_000,
  elements: 500_000,
  nested: 100,
  attributes: 100,
  references: 600_000,
  containers: 400_000,
  values: 1_500_000,
  nameCharacters: 32_000_000,
  messageCharacters: 4_000,
  detailCharacters: 64_000,
};
