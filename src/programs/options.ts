import { parseArgs } from "node:util";
import { Plain } from "./plain-error.ts";

export interface Option {
  type: "string" | "boolean";
  multiple?: boolean;
  short?: string;
  /** The placeholder of the value in the help. */
  value?: string;
  help: string;
}

type Flags = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface ParsedOptions {
  flags: Flags;
  /** The words that are no options. */
  words: readonly string[];
  /** The words after `--`. */
  argv: readonly string[];
}

/** The options of a command, a line each, as its help lists them. */
export const optionLines = (options: Readonly<Record<string, Option>>): string =>
  Object.entries(options)
    .map(([name, { value, short, help }]) => {
      const flag = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
      return `  ${flag.padEnd(26)}${help}`;
    })
    .join("\n");

/** The edit distance between two words. */
const distance = (one: string, other: string): number => {
  let row = [...Array(other.length + 1).keys()];
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [place, wanted] of [...other].entries()) {
      const kept = (row[place] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(kept, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** The known name nearest to a mistyped one; undefined if none is near. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((each) => ({ each, letters: distance(name, each) }))
    .sort((one, other) => one.letters - other.letters);
  return best && best.letters <= Math.max(2, best.each.length / 3) ? best.each : undefined;
};

interface Grammar {
  command: string;
  known: Readonly<Record<string, Option>>;
  /** Whether words that are no options may follow. */
  takesWords: boolean;
}

/** Throws `Plain` for an option that is not known, naming the nearest. */
const refuseUnknown = (own: readonly string[], { command, known }: Grammar): void => {
  const shorts = Object.values(known).flatMap(({ short }) => short ?? []);
  const unknown = own
    .flatMap((each) => (/^-./.test(each) ? [each.replace(/=.*/s, "")] : []))
    .find((each) => !(each.startsWith("--") ? each.slice(2) in known : shorts.includes(each.slice(1))));
  if (unknown === undefined) return;
  const name = unknown.replace(/^-+/, "");
  const near = nearest(name, Object.keys(known));
  const right = near === undefined ? "--help lists its options" : `did you mean --${near}?`;
  throw new Plain(`${command} has no option --${name}; ${right}`);
};

/** Parses the words after a command. Throws `Plain` with a correction. */
export const readOptions = (rest: readonly string[], grammar: Grammar): ParsedOptions => {
  const { command, known, takesWords } = grammar;
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  refuseUnknown(own, grammar);
  try {
    const options = Object.fromEntries(
      Object.entries(known).map(([name, { type, multiple, short }]) => [
        name,
        { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) },
      ]),
    );
    const { values, positionals } = parseArgs({
      args: [...own],
      options,
      allowPositionals: takesWords,
      strict: true,
    });
    return { flags: values, words: positionals, argv: end < 0 ? [] : rest.slice(end + 1) };
  } catch (error) {
    throw new Plain(
      `${error instanceof Error ? error.message.split(". ")[0] : String(error)}; see ${command} --help`,
    );
  }
};
