import type { Recipe } from "../../../../src/host-program/recipes/recipe.ts";

/** A job of a real tool, and what must come of it. */
export interface Ask {
  what: string;
  /** null: the whole suite. */
  contents: readonly string[] | null;
  /** The marks of the tests that ran, each once. */
  ran: readonly string[];
  outcome: "COMPLETED" | "FAILED";
  /** The outcome of each content; passed where none is given. */
  tests?: readonly string[];
  /** What the reason must say. */
  reason?: RegExp;
}

/** The tool's own report of the whole suite: what the importer makes of each of its cases must run that test. */
export interface Imported {
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Marks of tests that the importer's name can't give back, each with the reason. */
  except?: Readonly<Record<string, string>>;
}

export interface RealTool {
  name: string;
  recipe: Recipe;
  /** Of npm, at exact versions, installed into the project's folder. */
  packages?: Readonly<Record<string, string>>;
  /** Prints the version, or fails where the tool is not installed. */
  version: readonly string[];
  /** Where the recipe's own command is not what this machine has. */
  command?: readonly string[];
  files: Readonly<Record<string, string>>;
  asks: readonly Ask[];
  imported?: Imported | readonly Imported[];
}

/** Titles that bite, for tools whose tests are called by any text. */
export const BITING = [
  `costs $5 (or .* [a-z], "q" 'r') \\d|y`,
  "costs $5",
  "a, b",
  "100% {tests} `id` $HOME ^end$",
  "#hash & é ünï",
] as const;

export const NO_SUCH = /none of the tests that were asked for ran/;
