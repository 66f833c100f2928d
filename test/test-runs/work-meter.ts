/** More work was done than was allowed. */
class TooMuchWork extends Error {}

type Replaced = [holder: object, name: string, method: unknown];

/** What a call of a method on a text looks at, in characters, by what it gave. */
const SCANNED: Record<string, (text: string, args: readonly unknown[], found: unknown) => number> = {
  charCodeAt: () => 1,
  codePointAt: () => 1,
  indexOf: (text, [, from], found) =>
    (Number(found) === -1 ? text.length : Number(found)) - (Number(from) || 0),
  trim: (text) => text.length,
  trimStart: (text) => text.length,
  toLowerCase: (text) => text.length,
  includes: (text) => text.length,
  normalize: (text) => text.length,
};

const lastIndexOf = (pattern: RegExp): number => (pattern.global || pattern.sticky ? pattern.lastIndex : 0);

/**
 * How many characters of texts are looked at while `work` runs: by the methods of strings, and by patterns, which every
 * search with one goes through. No clock: the same on any machine. Throws `TooMuchWork` past `most`.
 */
export const charactersLookedAt = (work: () => unknown, most: number): number => {
  const replaced: Replaced[] = [];
  let looked = 0;
  const count = (characters: number): void => {
    looked += Math.max(1, characters);
    if (looked > most) throw new TooMuchWork(`more than ${most} characters were looked at`);
  };
  const replace = (
    holder: object,
    name: string,
    by: (method: (...args: unknown[]) => unknown) => unknown,
  ) => {
    const method: unknown = Reflect.get(holder, name);
    if (typeof method !== "function") throw new Error(`there is no method ${name}`);
    replaced.push([holder, name, method]);
    Reflect.set(
      holder,
      name,
      by((...args: unknown[]) => Reflect.apply(method, args[0], args.slice(1))),
    );
  };
  for (const [name, scanned] of Object.entries(SCANNED))
    replace(
      String.prototype,
      name,
      (method) =>
        function (this: string, ...args: unknown[]) {
          const found = method(this, ...args);
          count(scanned(String(this), args, found));
          return found;
        },
    );
  replace(
    RegExp.prototype,
    "exec",
    (method) =>
      function (this: RegExp, text: string) {
        const from = lastIndexOf(this);
        const found = method(this, text);
        const at =
          typeof found === "object" && found !== null ? Number(Reflect.get(found, "index")) : undefined;
        count(this.sticky ? 1 : (at ?? String(text).length) - from);
        return found;
      },
  );
  try {
    work();
  } finally {
    for (const [holder, name, method] of replaced) Reflect.set(holder, name, method);
  }
  return looked;
};
