import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A guard taken out: its code in `src`, what replaces it, and the tests that must fail. */
export interface Mutant {
  guard: string;
  /** Compared without layout, so that a formatter does not lose it. */
  code: string;
  /** Where the code stands, if it stands in other files too. */
  file?: string;
  instead: string;
  /** Test files. */
  tests: string[];
  /** Of those files, only the tests with this in their names; saves time. */
  named?: string;
}

const filesUnder = (root: string, folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => ending.test(path))
    .sort();

/** All mutants, each with the `*.mutants.ts` that lists it, beside the tests that must notice it. */
export const allMutants = async (root: string): Promise<(Mutant & { list: string })[]> => {
  const lists = filesUnder(root, "test", /\.mutants\.ts$/).map(async (list) => {
    const { mutants }: { mutants: Mutant[] } = await import(pathToFileURL(join(root, list)).href);
    return mutants.map((mutant) => ({ ...mutant, list }));
  });
  return (await Promise.all(lists)).flat();
};

/** The sources: path from the root to text. */
export const sourcesOf = (root: string): Map<string, string> =>
  new Map(filesUnder(root, "src", /\.tsx?$/).map((path) => [path, readFileSync(join(root, path), "utf8")]));

const patternOf = (code: string): RegExp =>
  new RegExp(
    (code.match(/\w+|[^\w\s]/g) ?? [])
      .map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("\\s*"),
    "g",
  );

/** The file that a mutant changes, and its changed text. Throws unless its code stands there exactly once. */
export const placeOf = (
  { guard, code, file, instead }: Mutant,
  sources: ReadonlyMap<string, string>,
): { path: string; text: string } => {
  const pattern = patternOf(code);
  const hits = [...sources]
    .filter(([path]) => file === undefined || path === file)
    .flatMap(([path, text]) => [...text.matchAll(pattern)].map(() => ({ path, text })));
  const [hit] = hits;
  if (!hit || hits.length > 1)
    throw new Error(
      `"${guard}": its code stands ${hits.length} times in ${file ?? "src"}, not once: ${code}`,
    );
  return { path: hit.path, text: hit.text.replace(pattern, () => instead) };
};
